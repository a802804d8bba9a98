#pragma once

#include <string>

#include "internal/models/events.hpp"

namespace souk::order {

/// Money that is owed to a customer: decided in the order's stream, then moved by payment-service,
/// however often that takes. Idempotent on its id everywhere.
struct Refund {
  RefundId id;
  OrderId order;
  TenantId tenant;
  Money amount;
  std::string reason;
  bool succeeded = false;
  Time created_at;
};

}  // namespace souk::order
