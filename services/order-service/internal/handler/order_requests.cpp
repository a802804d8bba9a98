#include "internal/handler/order_requests.hpp"

#include <fmt/format.h>

#include "internal/clients/messages.hpp"
#include "runtime/proto_values.hpp"
#include "security/base64url.hpp"
#include "security/token.hpp"

namespace souk::order {
namespace {

/// The method of payment that comes with a token.
constexpr std::string_view kCard = "card";

/// A digest of the request's bytes: the payment token in it cannot be read back.
std::string fingerprint(const v1::CreateOrderRequest& request) {
  return security::base64url::encode(security::token_digest(request.SerializeAsString()));
}

Item to_item(const v1::OrderItem& message, const std::string& field) {
  const auto unit_price = rpc::from_proto(message.unit_price(), field + ".unit_price.currency");
  const auto total = message.has_total()
                         ? rpc::from_proto(message.total(), field + ".total.currency")
                         : unit_price * message.quantity();
  if (message.quantity() <= 0)
    throw invalid_field(field + ".quantity", "out_of_range", "At least one.");
  if (total.currency() != unit_price.currency()) {
    throw invalid_field(field + ".total.currency", "mixed_currencies",
                        "Not the currency of the price.");
  }
  return {.sku = message.sku(),
          .name = message.name(),
          .quantity = message.quantity(),
          .unit_price = unit_price,
          .total = total};
}

std::vector<Item> to_items(const v1::ImportedOrder& message, const std::string& field) {
  std::vector<Item> items;
  for (int i = 0; i < message.items_size(); ++i) {
    items.push_back(to_item(message.items(i), fmt::format("{}.items[{}]", field, i)));
    if (items.back().total.currency() != items.front().total.currency()) {
      throw invalid_field(fmt::format("{}.items[{}].total.currency", field, i), "mixed_currencies",
                          "One order, one currency.");
    }
  }
  if (items.empty()) throw invalid_field(field + ".items", "required", "An order has lines.");
  return items;
}

/// What the total has over the lines.
std::int64_t shipping_of(const v1::ImportedOrder& message, const std::vector<Item>& items,
                         const std::string& field) {
  const auto total = rpc::from_proto(message.total(), field + ".currency");
  const auto lines = add_up(items).total;
  if (total.currency() != lines.currency()) {
    throw invalid_field(field + ".currency", "mixed_currencies", "One order, one currency.");
  }
  if (total < lines) {
    throw invalid_field(field, "does_not_add_up", "The total is less than the lines add up to.");
  }
  return (total - lines).amount_minor();
}

ImportedOrder to_imported_order(const v1::ImportedOrder& message, const std::string& field) {
  if (message.external_id().empty())
    throw invalid_field(field + ".external_id", "required", "Say which it is.");
  ImportedOrder order{.external_id = message.external_id(),
                      .user = UserId::from(message.user_id()),
                      .items = to_items(message, field),
                      .shipping_address = from_message(message.shipping_address()),
                      .placed_at = rpc::from_proto(message.placed_at()),
                      .refunds = {},
                      .cancelled_at = std::nullopt};
  order.shipping_minor = shipping_of(message, order.items, field + ".total");
  for (const auto& refund : message.refunds()) {
    order.refunds.push_back(
        {.amount = rpc::from_proto(refund.amount(), field + ".refunds.amount.currency"),
         .at = rpc::from_proto(refund.at())});
  }
  if (message.has_cancelled_at()) order.cancelled_at = rpc::from_proto(message.cancelled_at());
  return order;
}

}  // namespace

NewOrder to_new_order(const v1::CreateOrderRequest& request) {
  if (request.payment().method() == kCard && request.payment().token().empty())
    throw invalid_field("payment.token", "required", "is required for a card");
  NewOrder wish{
      .lines = {},
      .shipping_address = from_message(request.shipping_address()),
      .instrument = {.method = request.payment().method(), .token = request.payment().token()},
      .expected_total = std::nullopt,
      .shipping_method = request.shipping_method(),
      .fingerprint = fingerprint(request)};
  for (std::size_t position = 0; const auto& item : request.items()) {
    wish.lines.push_back({.sku = item.sku(), .quantity = item.quantity(), .position = position++});
  }
  if (request.has_expected_total()) {
    wish.expected_total = rpc::from_proto(request.expected_total(), "expected_total.currency");
  }
  return wish;
}

std::vector<ImportedOrder> to_imported_orders(const v1::ImportOrdersRequest& request) {
  std::vector<ImportedOrder> orders;
  for (int i = 0; i < request.orders_size(); ++i) {
    orders.push_back(to_imported_order(request.orders(i), fmt::format("orders[{}]", i)));
  }
  return orders;
}

}  // namespace souk::order
