#include "internal/service/event_messages.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "core/money.hpp"

namespace souk::notification {
namespace {

std::string text(const common::v1::Money& money) {
  return Money{money.amount(), Currency::from(money.currency())}.str();
}

boost::json::array items(const order::v1::Order& order) {
  boost::json::array lines;
  for (const auto& item : order.items()) {
    lines.push_back(boost::json::object{{"item", item.name()},
                                        {"quantity", std::to_string(item.quantity())},
                                        {"line_total", text(item.total())}});
  }
  return lines;
}

boost::json::array address(const common::v1::Address& address) {
  boost::json::array lines;
  for (const auto& line : {address.full_name(), address.line1(), address.line2(),
                           fmt::format("{} {}", address.postal_code(), address.city()),
                           address.region(), address.country()}) {
    if (!line.empty()) lines.push_back(boost::json::object{{"line", line}});
  }
  return lines;
}

template <class Event>
NewMessage about_order(EventId id, const Event& event, std::string kind) {
  return {id,
          UserId::from(event.customer().user_id()),
          std::move(kind),
          {{"number", event.order().number()}, {"total", text(event.order().total())}}};
}

}  // namespace

NewMessage message_for(EventId event, const user::v1::UserRegistered& registered) {
  return {event, UserId::from(registered.user_id()), "welcome", {}};
}

NewMessage message_for(EventId event, const order::v1::OrderConfirmed& confirmed) {
  auto message = about_order(event, confirmed, "order_confirmation");
  message.data["items"] = items(confirmed.order());
  message.data["address"] = address(confirmed.order().shipping_address());
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderPaymentFailed& failed) {
  return about_order(event, failed, "payment_failed");
}

NewMessage message_for(EventId event, const order::v1::OrderCancelled& cancelled) {
  return about_order(event, cancelled, "order_cancelled");
}

NewMessage message_for(EventId event, const order::v1::OrderRefunded& refunded) {
  auto message = about_order(event, refunded, "refund");
  message.data["amount"] = text(refunded.amount());
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderFulfilled& fulfilled) {
  auto message = about_order(event, fulfilled, "order_shipped");
  if (!fulfilled.order().tracking_number().empty()) {
    message.data["tracking"] =
        boost::json::array{{{"tracking", fulfilled.order().tracking_number()}}};
  }
  return message;
}

NewMessage message_for(EventId event, const payment::v1::PaymentCaptured& captured) {
  return {event,
          UserId::from(captured.user_id()),
          "payment_success",
          {{"amount", text(captured.amount())}}};
}

}  // namespace souk::notification
