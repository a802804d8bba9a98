#pragma once

#include <optional>
#include <string>

#include "internal/models/order.hpp"

/// What may be done to an order, as pure functions: order and wish in, the event that follows out.
/// Each throws Error{conflict, "invalid_transition"} where the order's state forbids it.
namespace souk::order {

Event place(Placed placed, Time now);
Event reject(const Order& order, Rejected rejected, Time now);
/// The same of an order that somebody was told of: it stays, cancelled for that reason.
Event give_up(const Order& order, std::string reason, Time now);
Event confirm(const Order& order, Confirmed confirmed, Time now);
Event fail_payment(const Order& order, PaymentFailed failed, Time now);

Event fulfil(const Order& order, Fulfilled fulfilled, Time now);
/// Only what was fulfilled can arrive.
Event deliver(const Order& order, Delivered delivered, Time now);

/// Throws Error{conflict, "order_in_progress"} while the checkout is running: its outcome comes
/// first.
Event cancel(const Order& order, Cancelled cancelled, Time now);

/// What can still be given back: the price less every refund that was decided.
Money refundable(const Order& order);

struct RefundWish {
  RefundId refund;
  std::optional<Money> amount;  ///< all that is left where empty
  std::string reason;
  std::optional<UserId> by;
};

/// Throws Error{validation_failed} on `amount` where it is not positive, of another currency, or
/// more than is left.
Event request_refund(const Order& order, RefundWish wish, Time now);

/// The payment of an order that was given up went through after all: all of it goes back. Empty
/// where there is nothing (more) to give back.
std::optional<Event> refund_late_payment(const Order& order, RefundId refund, Time now);

/// The money has moved: `partially_refunded` or, where nothing is left, `refunded`.
Event complete_refund(const Order& order, RefundId refund, Money amount, Time now);

/// The customer has not got a refund that was decided; where it had gone through (`moved`) the money
/// is here again, and the order is what its goods, or its other refunds, say (`stream`: its events).
Event fail_refund(const Order& order, std::span<const Event> stream, RefundId refund, Money amount,
                  bool moved, Time now);

}  // namespace souk::order
