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

/// The taxes that are part of the total, or contained in the prices: of each rate, where they are known.
void add_taxes(boost::json::object& data, const order::v1::Order& order) {
  boost::json::array on_top;
  boost::json::array included;
  for (const auto& line : order.tax_lines()) {
    if (line.tax().amount() == 0) continue;
    boost::json::object tax{{"rate", percent_value(line.rate_basis_points())},
                            {"amount", amount(line.tax())}};
    (line.included() ? included : on_top).push_back(std::move(tax));
  }
  if (on_top.empty() && order.tax_total().amount() != 0) {
    on_top.push_back(boost::json::object{{"amount", amount(order.tax_total())}});
  }
  if (!on_top.empty()) data["taxes"] = std::move(on_top);
  if (!included.empty()) data["included_taxes"] = std::move(included);
}

/// What the total consists of, as far as there is something to tell: nobody reads "Tax 0.00".
void add_sums(boost::json::object& data, const order::v1::Order& order) {
  add_taxes(data, order);
  if (order.discount_total().amount() != 0) {
    auto discount = order.discount_total();
    discount.set_amount(-std::abs(discount.amount()));
    data["discount"] = amount(discount);
  }
  if (order.shipping_total().amount() != 0) data["shipping"] = amount(order.shipping_total());
  if (data.contains("discount") || data.contains("shipping") || data.contains("taxes")) {
    data["subtotal"] = amount(order.subtotal());
  }
}

/// Where the order can be looked at: without logging in, where the event says how. Such a link lets nobody
/// do anything, so it stays in the message for as long as that is kept.
template <class Event>
std::string order_url(const Event& event, const std::string& shop_url) {
  if constexpr (requires { event.link_token(); }) {
    if (!event.link_token().empty())
      return fmt::format("{}/orders/view#token={}", shop_url, event.link_token());
  }
  return fmt::format("{}/account/orders/{}", shop_url, event.order().id());
}

template <class Event>
NewMessage about_order(EventId id, const Event& event, std::string kind,
                       const std::string& shop_url) {
  const auto& order = event.order();
  boost::json::object data{{"number", order.number()}, {"total", amount(order.total())}};
  if (!order.id().empty()) data["order_url"] = order_url(event, shop_url);
  return {id, UserId::from(event.customer().user_id()), std::move(kind), std::move(data)};
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
  auto message = about_order(event, confirmed, "order_confirmation", shop_url);
  const auto& order = confirmed.order();
  message.data["items"] = items(order);
  message.data["address"] = address(order.shipping_address());
  if (order.has_created_at()) {
    message.data["ordered_at"] = date_value(from_milliseconds(order.created_at().seconds() * 1000));
  }
  add_sums(message.data, order);
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderPaymentFailed& failed,
                       const std::string& shop_url) {
  return about_order(event, failed, "payment_failed", shop_url);
}

NewMessage message_for(EventId event, const order::v1::OrderCancelled& cancelled,
                       const std::string& shop_url) {
  auto message = about_order(event, cancelled, "order_cancelled", shop_url);
  // Given up for a lack of stock, after the customer was told that it was under way.
  if (!cancelled.order().has_payment()) message.data["unpaid"] = true;
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderRefunded& refunded,
                       const std::string& shop_url) {
  auto message = about_order(event, refunded, "refund", shop_url);
  message.data["amount"] = amount(refunded.amount());
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderRefundFailed& failed,
                       const std::string& shop_url) {
  auto message = about_order(event, failed, "refund_failed", shop_url);
  message.data["amount"] = amount(failed.amount());
  return message;
}

NewMessage message_for(EventId event, const order::v1::OrderFulfilled& fulfilled,
                       const std::string& shop_url) {
  auto message = about_order(event, fulfilled, "order_shipped", shop_url);
  if (!fulfilled.order().tracking_number().empty()) {
    message.data["tracking"] = fulfilled.order().tracking_number();
  }
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
