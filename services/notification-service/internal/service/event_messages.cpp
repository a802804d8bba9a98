#include "internal/service/event_messages.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "core/money.hpp"
#include "internal/models/template_set.hpp"

namespace souk::notification {
namespace {

boost::json::value amount(const common::v1::Money& money) {
  return amount_value({money.amount(), Currency::from(money.currency())});
}

Time from_milliseconds(std::int64_t milliseconds) {
  return Time{std::chrono::milliseconds{milliseconds}};
}

boost::json::array items(const order::v1::Order& order) {
  boost::json::array lines;
  for (const auto& item : order.items()) {
    boost::json::object line{{"item", item.name()},
                             {"quantity", std::to_string(item.quantity())},
                             {"unit_price", amount(item.unit_price())},
                             {"line_total", amount(item.total())}};
    if (!item.sku().empty()) line["sku"] = item.sku();
    lines.push_back(std::move(line));
  }
  return lines;
}

boost::json::array address(const common::v1::Address& address) {
  boost::json::array lines;
  for (const auto& line :
       {address.full_name(), address.line1(), address.line2(),
        fmt::format("{} {}", address.postal_code(), address.city()), address.region()}) {
    if (!line.empty()) lines.push_back(boost::json::object{{"line", line}});
  }
  if (!address.country().empty()) {
    lines.push_back(boost::json::object{{"line", country_value(address.country())}});
  }
  return lines;
}

/// What the total consists of, as far as there is something to tell: nobody reads "Tax 0.00".
void add_sums(boost::json::object& data, const order::v1::Order& order) {
  const std::pair<const char*, const common::v1::Money*> sums[] = {
      {"discount", &order.discount_total()},
      {"shipping", &order.shipping_total()},
      {"tax", &order.tax_total()}};
  bool any = false;
  for (const auto& [name, money] : sums) {
    if (money->amount() == 0) continue;
    any = true;
    auto shown = *money;
    if (money == &order.discount_total()) shown.set_amount(-std::abs(shown.amount()));
    data[name] = amount(shown);
  }
  if (any) data["subtotal"] = amount(order.subtotal());
}

template <class Event>
NewMessage about_order(EventId id, const Event& event, std::string kind) {
  return {id,
          UserId::from(event.customer().user_id()),
          std::move(kind),
          {{"number", event.order().number()}, {"total", amount(event.order().total())}}};
}

boost::json::object with_link(const std::string& shop_url, std::string_view page,
                              const std::string& token, std::int64_t expires_at_ms) {
  if (token.empty()) return {};
  boost::json::object data{{kSecretLink, fmt::format("{}/{}#token={}", shop_url, page, token)}};
  if (expires_at_ms > 0) data[kSecretUntil] = expires_at_ms;
  return data;
}

constexpr char kVerifyPage[] = "account/verify-email";
constexpr char kResetPage[] = "account/reset-password";

/// Where the order can be looked at without logging in. It lets nobody do anything, so it stays in the
/// message for as long as that is kept.
void add_order_link(boost::json::object& data, const std::string& shop_url,
                    const std::string& token) {
  if (!token.empty()) data["order_link"] = fmt::format("{}/orders/view#token={}", shop_url, token);
}

}  // namespace

NewMessage message_for(EventId event, const user::v1::UserRegistered& registered,
                       const std::string& shop_url) {
  return {event, UserId::from(registered.user_id()), "welcome",
          with_link(shop_url, kVerifyPage, registered.verification_token(),
                    registered.token_expires_at_ms())};
}

NewMessage message_for(EventId event, const user::v1::EmailVerificationRequested& requested,
                       const std::string& shop_url) {
  return {event, UserId::from(requested.user_id()), "verify_email",
          with_link(shop_url, kVerifyPage, requested.token(), requested.token_expires_at_ms()),
          requested.email()};
}

NewMessage message_for(EventId event, const user::v1::PasswordResetRequested& requested,
                       const std::string& shop_url) {
  return {event, UserId::from(requested.user_id()), "password_reset",
          with_link(shop_url, kResetPage, requested.token(), requested.token_expires_at_ms()),
          requested.email()};
}

NewMessage message_for(EventId event, const user::v1::EmailChangeRequested& requested,
                       const std::string& shop_url) {
  return {event, UserId::from(requested.user_id()), "email_change",
          with_link(shop_url, kVerifyPage, requested.token(), requested.token_expires_at_ms()),
          requested.new_email()};
}

NewMessage message_for(EventId event, const user::v1::PasswordChanged& changed,
                       const std::string&) {
  return {event,
          UserId::from(changed.user_id()),
          "password_changed",
          {{"at", moment_value(from_milliseconds(changed.changed_at_ms()))}}};
}

NewMessage message_for(EventId event, const user::v1::EmailChanged& changed, const std::string&) {
  return {event,
          UserId::from(changed.user_id()),
          "email_changed",
          {{"new_email", changed.new_email()}},
          changed.old_email()};
}

NewMessage message_for(EventId event, const user::v1::NewDeviceSignedIn& signed_in,
                       const std::string&) {
  return {event,
          UserId::from(signed_in.user_id()),
          "new_device",
          {{"device", signed_in.device()},
           {"at", moment_value(from_milliseconds(signed_in.signed_in_at_ms()))}}};
}

NewMessage message_for(EventId event, const order::v1::OrderConfirmed& confirmed,
                       const std::string& shop_url) {
  auto message = about_order(event, confirmed, "order_confirmation");
  const auto& order = confirmed.order();
  message.data["items"] = items(order);
  message.data["address"] = address(order.shipping_address());
  if (order.has_created_at()) {
    message.data["ordered_at"] = date_value(from_milliseconds(order.created_at().seconds() * 1000));
  }
  add_sums(message.data, order);
  add_order_link(message.data, shop_url, confirmed.link_token());
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderPaymentFailed& failed,
                       const std::string&) {
  return about_order(event, failed, "payment_failed");
}

NewMessage message_for(EventId event, const order::v1::OrderCancelled& cancelled,
                       const std::string&) {
  return about_order(event, cancelled, "order_cancelled");
}

NewMessage message_for(EventId event, const order::v1::OrderRefunded& refunded,
                       const std::string&) {
  auto message = about_order(event, refunded, "refund");
  message.data["amount"] = amount(refunded.amount());
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderFulfilled& fulfilled,
                       const std::string& shop_url) {
  auto message = about_order(event, fulfilled, "order_shipped");
  if (!fulfilled.order().tracking_number().empty()) {
    message.data["tracking"] = fulfilled.order().tracking_number();
  }
  add_order_link(message.data, shop_url, fulfilled.link_token());
  return message;
}

NewMessage message_for(EventId event, const payment::v1::PaymentCaptured& captured,
                       const std::string&) {
  return {event,
          UserId::from(captured.user_id()),
          "payment_success",
          {{"amount", amount(captured.amount())}}};
}

}  // namespace souk::notification
