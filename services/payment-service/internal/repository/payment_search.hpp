#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

struct PaymentFilter {
  std::optional<PaymentStatus> status;
  std::optional<std::string> provider;
  std::optional<OrderId> order;
  std::optional<Time> from;
  std::optional<Time> before;
};

/// Payments that fit, newest first, below `below`; of whatever tenants the scope sees.
Task<std::vector<Payment>> search_payments(database::Database& database, database::Scope scope,
                                           PaymentFilter filter, std::optional<PaymentId> below,
                                           int limit);

}  // namespace souk::payment
