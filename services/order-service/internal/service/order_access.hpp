#pragma once

#include <optional>

#include "internal/models/order.hpp"
#include "middleware/identity.hpp"

namespace souk::order {

/// Whose order it is decides who sees it: its owner and the staff. To everybody else it does not
/// exist, and a rejected checkout exists for nobody. Gives the order back, or throws
/// Error{not_found}.
inline Order visible(std::optional<Order> order, const Identity& caller) {
  const bool exists = order && order->status != Status::rejected;
  if (!exists || (order->user != caller.user && !caller.is_staff())) throw not_found("order");
  return std::move(*order);
}

}  // namespace souk::order
