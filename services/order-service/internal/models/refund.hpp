#pragma once

#include <string>
#include <string_view>

#include "internal/models/events.hpp"

namespace souk::order {

enum class RefundStatus {
  pending,
  succeeded,
  failed,  ///< the customer has not got it; another one may be decided
};

/// Throws std::invalid_argument for another word: it comes from our own database.
RefundStatus parse_refund_status(std::string_view word);
std::string_view to_string(RefundStatus status);

/// Money that is owed to a customer: decided in the order's stream, then moved by payment-service,
/// however often that takes. Idempotent on its id everywhere.
struct Refund {
  RefundId id;
  OrderId order;
  TenantId tenant;
  Money amount;
  std::string reason;
  RefundStatus status = RefundStatus::pending;
  Time created_at;
};

}  // namespace souk::order
