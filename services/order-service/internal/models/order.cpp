#include "internal/models/order.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace souk::order {
namespace {

[[noreturn]] void broken(OrderId id, const Event& event, std::string_view why) {
  throw std::logic_error{fmt::format("order {}: event {} ({}) {}", id.str(), event.version,
                                     to_string(type_of(event.data)), why)};
}

Order begin(OrderId id, const Event& event) {
  const auto* placed = std::get_if<Placed>(&event.data);
  if (placed == nullptr || event.version != 1) broken(id, event, "cannot begin a stream");
  const auto zero = Money::zero(placed->totals.total.currency());
  return {.id = id,
          .user = placed->user,
          .number = placed->number,
          .status = *next_status(std::nullopt, EventType::placed),
          .version = 1,
          .items = placed->items,
          .totals = placed->totals,
          .shipping_address = placed->shipping_address,
          .shipping = placed->shipping,
          .payment = std::nullopt,
          .refund_requested = zero,
          .refunded = zero,
          .tracking_number = std::nullopt,
          .fulfilled_at = std::nullopt,
          .external_id = placed->external_id,
          .created_at = event.at,
          .updated_at = event.at};
}

/// What each event changes beside status, version and time.
class Change {
 public:
  Change(Order& order, Time at) : order_(order), at_(at) {}

  void operator()(const Placed&) const {}
  void operator()(const Rejected&) const {}
  void operator()(const Confirmed& event) const {
    order_.payment = {.id = event.payment_id, .status = "captured", .provider = event.provider};
  }
  void operator()(const PaymentFailed& event) const {
    order_.payment = {.id = event.payment_id,
                      .status = "declined",
                      .provider = event.provider,
                      .decline_code = event.decline_code};
  }
  void operator()(const Fulfilled& event) const {
    order_.tracking_number = event.tracking_number;
    order_.fulfilled_at = at_;
  }
  void operator()(const Delivered&) const {}
  void operator()(const Cancelled&) const {}
  void operator()(const RefundRequested& event) const {
    order_.refund_requested = order_.refund_requested + event.amount;
  }
  void operator()(const PartiallyRefunded& event) const {
    refunded(event.amount, "partially_refunded");
  }
  void operator()(const Refunded& event) const { refunded(event.amount, "refunded"); }
  void operator()(const RefundFailed& event) const {
    order_.refund_requested = order_.refund_requested - event.amount;
    if (!event.moved) return;
    order_.refunded = order_.refunded - event.amount;
    if (order_.payment)
      order_.payment->status = order_.refunded.is_zero() ? "captured" : "partially_refunded";
  }

 private:
  void refunded(Money amount, std::string_view payment_status) const {
    order_.refunded = order_.refunded + amount;
    if (order_.payment) order_.payment->status = payment_status;
  }

  Order& order_;
  Time at_;
};

}  // namespace

EventType type_of(const EventData& data) {
  struct Type {
    EventType operator()(const Placed&) const { return EventType::placed; }
    EventType operator()(const Rejected&) const { return EventType::rejected; }
    EventType operator()(const Confirmed&) const { return EventType::confirmed; }
    EventType operator()(const PaymentFailed&) const { return EventType::payment_failed; }
    EventType operator()(const Fulfilled&) const { return EventType::fulfilled; }
    EventType operator()(const Delivered&) const { return EventType::delivered; }
    EventType operator()(const Cancelled&) const { return EventType::cancelled; }
    EventType operator()(const RefundRequested&) const { return EventType::refund_requested; }
    EventType operator()(const PartiallyRefunded&) const { return EventType::partially_refunded; }
    EventType operator()(const Refunded&) const { return EventType::refunded; }
    EventType operator()(const RefundFailed&) const { return EventType::refund_failed; }
  };
  return std::visit(Type{}, data);
}

Order fold(OrderId id, std::span<const Event> stream) {
  if (stream.empty()) throw std::logic_error{fmt::format("order {} has no events", id.str())};
  auto order = begin(id, stream.front());
  for (const auto& event : stream.subspan(1)) apply(order, event);
  return order;
}

Status goods_status(std::span<const Event> stream) {
  auto status = Status::confirmed;
  for (const auto& event : stream) {
    const auto type = type_of(event.data);
    if (type == EventType::fulfilled) status = Status::fulfilled;
    if (type == EventType::delivered) status = Status::delivered;
  }
  return status;
}

void apply(Order& order, const Event& event) {
  if (event.version != order.version + 1) broken(order.id, event, "is out of order");
  const auto status = next_status(order.status, type_of(event.data));
  if (!status) broken(order.id, event, fmt::format("cannot follow {}", to_string(order.status)));
  std::visit(Change{order, event.at}, event.data);
  const auto* failed = std::get_if<RefundFailed>(&event.data);
  order.status = failed ? failed->status : *status;
  order.version = event.version;
  order.updated_at = event.at;
}

}  // namespace souk::order
