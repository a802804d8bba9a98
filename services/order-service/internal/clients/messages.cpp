#include "internal/clients/messages.hpp"

#include "runtime/proto_values.hpp"

namespace souk::order {
namespace {

void fill(const Item& item, v1::OrderItem& message) {
  message.set_sku(item.sku);
  message.set_name(item.name);
  message.set_quantity(item.quantity);
  *message.mutable_unit_price() = rpc::to_proto(item.unit_price);
  *message.mutable_total() = rpc::to_proto(item.total);
}

void fill(const Address& address, common::v1::Address& message) {
  message.set_full_name(address.full_name);
  message.set_line1(address.line1);
  if (address.line2) message.set_line2(*address.line2);
  message.set_city(address.city);
  if (address.region) message.set_region(*address.region);
  message.set_postal_code(address.postal_code);
  message.set_country(address.country);
}

void fill(const Delivery& delivery, v1::OrderShipping& message) {
  message.set_code(delivery.code);
  message.set_name(delivery.name);
  if (delivery.min_days) message.set_min_days(*delivery.min_days);
  if (delivery.max_days) message.set_max_days(*delivery.max_days);
}

void fill(const Totals& totals, v1::Order& message) {
  *message.mutable_subtotal() = rpc::to_proto(totals.subtotal);
  *message.mutable_discount_total() = rpc::to_proto(totals.discount);
  *message.mutable_shipping_total() = rpc::to_proto(totals.shipping);
  *message.mutable_tax_total() = rpc::to_proto(totals.tax);
  *message.mutable_total() = rpc::to_proto(totals.total);
  for (const auto& line : totals.tax_lines) {
    auto& tax = *message.add_tax_lines();
    tax.set_rate_basis_points(line.basis_points);
    tax.set_included(line.included);
    *tax.mutable_taxable() = rpc::to_proto(line.taxable);
    *tax.mutable_tax() = rpc::to_proto(line.tax);
  }
}

void fill(const WaitingPayment& waiting, v1::OrderPayment& message) {
  message.set_id(waiting.id);
  message.set_status("requires_action");
  message.set_provider(waiting.provider);
  auto& action = *message.mutable_next_action();
  action.set_type(waiting.action.type);
  if (!waiting.action.url.empty()) action.set_redirect_url(waiting.action.url);
  if (!waiting.action.client_secret.empty()) action.set_client_secret(waiting.action.client_secret);
}

}  // namespace

v1::Order to_message(const Order& order) {
  v1::Order message;
  message.set_id(order.id.str());
  message.set_number(order.number);
  message.set_status(std::string{to_string(order.status)});
  for (const auto& item : order.items) fill(item, *message.add_items());
  fill(order.totals, message);
  if (order.payment) {
    auto& payment = *message.mutable_payment();
    payment.set_id(order.payment->id);
    payment.set_status(order.payment->status);
    payment.set_provider(order.payment->provider);
  } else if (order.waiting) {
    fill(*order.waiting, *message.mutable_payment());
  }
  fill(order.shipping_address, *message.mutable_shipping_address());
  if (order.shipping) fill(*order.shipping, *message.mutable_shipping());
  *message.mutable_created_at() = rpc::to_proto(order.created_at);
  *message.mutable_updated_at() = rpc::to_proto(order.updated_at);
  *message.mutable_refunded_total() = rpc::to_proto(order.refunded);
  if (order.tracking_number) message.set_tracking_number(*order.tracking_number);
  message.set_user_id(order.user.str());
  return message;
}

v1::OrderRefund to_message(const Refund& refund) {
  v1::OrderRefund message;
  message.set_id(refund.id.str());
  message.set_order_id(refund.order.str());
  *message.mutable_amount() = rpc::to_proto(refund.amount);
  message.set_reason(refund.reason);
  message.set_status(std::string{to_string(refund.status)});
  *message.mutable_created_at() = rpc::to_proto(refund.created_at);
  return message;
}

void set_customer(const Order& order, v1::Customer& customer) {
  customer.set_user_id(order.user.str());
  customer.set_full_name(order.shipping_address.full_name);
}

Address from_message(const common::v1::Address& message) {
  const auto optional = [](bool present, const std::string& text) {
    return present && !text.empty() ? std::optional{text} : std::nullopt;
  };
  return {.full_name = message.full_name(),
          .line1 = message.line1(),
          .line2 = optional(message.has_line2(), message.line2()),
          .city = message.city(),
          .region = optional(message.has_region(), message.region()),
          .postal_code = message.postal_code(),
          .country = message.country()};
}

}  // namespace souk::order
