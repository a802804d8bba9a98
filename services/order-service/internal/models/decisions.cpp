#include "internal/models/decisions.hpp"

#include <fmt/format.h>

namespace souk::order {
namespace {

Error invalid_transition(const Order& order, EventType event) {
  return {Kind::conflict, "invalid_transition",
          fmt::format("An order that is {} cannot become {}.", to_string(order.status),
                      to_string(event))};
}

Event decide(const Order& order, EventData data, Time now) {
  const auto type = type_of(data);
  if (!next_status(order.status, type)) throw invalid_transition(order, type);
  return {.version = order.version + 1, .at = now, .data = std::move(data)};
}

bool was_paid(const Order& order) {
  return order.payment && order.status != Status::payment_failed;
}

void check_refund(const Order& order, Money amount) {
  if (amount.currency() != order.totals.total.currency()) {
    throw invalid_field(
        "amount.currency", "wrong_currency",
        fmt::format("The order was paid in {}.", order.totals.total.currency().code()));
  }
  if (amount.amount_minor() <= 0) {
    throw invalid_field("amount", "out_of_range", "A refund is more than nothing.");
  }
  if (refundable(order) < amount) {
    throw invalid_field("amount", "exceeds_refundable",
                        fmt::format("At most {} can be refunded.", refundable(order).str()));
  }
}

}  // namespace

Event place(Placed placed, Time now) {
  return {.version = 1, .at = now, .data = std::move(placed)};
}

Event reject(const Order& order, Rejected rejected, Time now) {
  return decide(order, std::move(rejected), now);
}

Event give_up(const Order& order, std::string reason, Time now) {
  return decide(order, Cancelled{std::move(reason), std::nullopt}, now);
}

Event confirm(const Order& order, Confirmed confirmed, Time now) {
  return decide(order, std::move(confirmed), now);
}

Event fail_payment(const Order& order, PaymentFailed failed, Time now) {
  return decide(order, std::move(failed), now);
}

Event fulfil(const Order& order, Fulfilled fulfilled, Time now) {
  if (order.fulfilled_at) throw invalid_transition(order, EventType::fulfilled);
  return decide(order, std::move(fulfilled), now);
}

Event deliver(const Order& order, Delivered delivered, Time now) {
  if (!order.fulfilled_at) throw invalid_transition(order, EventType::delivered);
  return decide(order, delivered, now);
}

Event cancel(const Order& order, Cancelled cancelled, Time now) {
  if (order.status == Status::pending) {
    throw Error{Kind::conflict, "order_in_progress",
                "The order's payment is still being settled; try again shortly."};
  }
  return decide(order, std::move(cancelled), now);
}

Money refundable(const Order& order) { return order.totals.total - order.refund_requested; }

Event request_refund(const Order& order, RefundWish wish, Time now) {
  const auto left = refundable(order);
  const bool nothing_left = !wish.amount && left.is_zero();
  if (!was_paid(order) || nothing_left) throw invalid_transition(order, EventType::refunded);
  const auto amount = wish.amount.value_or(left);
  check_refund(order, amount);
  return decide(order, RefundRequested{wish.refund, amount, std::move(wish.reason), wish.by}, now);
}

std::optional<Event> refund_late_payment(const Order& order, RefundId refund, Time now) {
  const auto left = refundable(order);
  if (order.status != Status::payment_failed || left.is_zero()) return std::nullopt;
  return decide(order, RefundRequested{refund, left, "late_payment", std::nullopt}, now);
}

Event complete_refund(const Order& order, RefundId refund, Money amount, Time now) {
  if (order.refunded + amount == order.totals.total)
    return decide(order, Refunded{refund, amount}, now);
  return decide(order, PartiallyRefunded{refund, amount}, now);
}

Event fail_refund(const Order& order, std::span<const Event> stream, RefundId refund, Money amount,
                  bool moved, Time now) {
  const bool status_is_of_money =
      order.status == Status::refunded || order.status == Status::partially_refunded;
  auto status = order.status;
  if (moved && status_is_of_money)
    status = order.refunded == amount ? goods_status(stream) : Status::partially_refunded;
  return decide(order, RefundFailed{refund, amount, moved, status}, now);
}

}  // namespace souk::order
