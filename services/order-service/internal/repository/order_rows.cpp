#include "internal/repository/order_rows.hpp"

#include "internal/models/event_json.hpp"

namespace souk::order {
namespace {

std::vector<Item> items_from_row(const database::Row& row, Currency currency) {
  // NULL where there are no lines: a damaged projection, which a rebuild mends.
  const auto column = [&]<class T>(std::string_view name) {
    return row.get<std::optional<std::vector<T>>>(name).value_or(std::vector<T>{});
  };
  const auto skus = column.operator()<std::string>("skus");
  const auto names = column.operator()<std::string>("names");
  const auto quantities = column.operator()<std::int64_t>("quantities");
  const auto unit_prices = column.operator()<std::int64_t>("unit_prices");
  const auto totals = column.operator()<std::int64_t>("line_totals");
  std::vector<Item> items;
  for (std::size_t i = 0; i < skus.size(); ++i) {
    items.push_back({.sku = skus[i],
                     .name = names[i],
                     .quantity = quantities[i],
                     .unit_price = {unit_prices[i], currency},
                     .total = {totals[i], currency}});
  }
  return items;
}

std::optional<PaymentInfo> payment_from_row(const database::Row& row) {
  auto id = row.get<std::optional<std::string>>("payment_id");
  if (!id) return std::nullopt;
  return PaymentInfo{.id = std::move(*id),
                     .status = row.get<std::string>("payment_status"),
                     .provider = row.get<std::string>("payment_provider"),
                     .decline_code = row.get<std::string>("decline_code")};
}

}  // namespace

Order order_from_row(const database::Row& row) {
  const auto currency = Currency::from(row.get<std::string>("currency"));
  const auto money = [&](std::string_view column) {
    return Money{row.get<std::int64_t>(column), currency};
  };
  return {.id = row.get<OrderId>("id"),
          .user = row.get<UserId>("user_id"),
          .number = row.get<std::string>("number"),
          .status = parse_status(row.get<std::string>("status")),
          .version = row.get<std::int32_t>("version"),
          .items = items_from_row(row, currency),
          .totals = {.subtotal = money("subtotal"),
                     .discount = money("discount_total"),
                     .shipping = money("shipping_total"),
                     .tax = money("tax_total"),
                     .total = money("total"),
                     .tax_lines = tax_lines_from_json(
                         row.get<std::optional<std::string>>("tax_lines"), currency)},
          .shipping_address = address_from_json(row.get<std::string>("shipping_address")),
          .shipping = delivery_from_json(row.get<std::optional<std::string>>("shipping")),
          .payment = payment_from_row(row),
          .refund_requested = money("refund_requested"),
          .refunded = money("refunded"),
          .tracking_number = row.get<std::optional<std::string>>("tracking_number"),
          .fulfilled_at = row.get<std::optional<Time>>("fulfilled_at"),
          .external_id = row.get<std::optional<std::string>>("external_id"),
          .created_at = row.get<Time>("created_at"),
          .updated_at = row.get<Time>("updated_at")};
}

Event event_from_row(const database::Row& row) {
  const auto type = parse_event_type(row.get<std::string>("type"));
  return {.version = row.get<std::int32_t>("version"),
          .at = row.get<Time>("at"),
          .data = from_json(type, row.get<std::string>("data"))};
}

void EventColumns::add(OrderId order, const Event& event) {
  orders.push_back(order);
  versions.push_back(event.version);
  types.emplace_back(to_string(type_of(event.data)));
  data.push_back(to_json(event.data));
  at.push_back(event.at);
}

void OrderColumns::add(const Order& order) {
  ids.push_back(order.id);
  users.push_back(order.user);
  numbers.push_back(order.number);
  currencies.emplace_back(order.totals.total.currency().code());
  subtotals.push_back(order.totals.subtotal.amount_minor());
  discounts.push_back(order.totals.discount.amount_minor());
  shippings.push_back(order.totals.shipping.amount_minor());
  taxes.push_back(order.totals.tax.amount_minor());
  totals.push_back(order.totals.total.amount_minor());
  addresses.push_back(address_to_json(order.shipping_address));
  external_ids.push_back(order.external_id);
  created_at.push_back(order.created_at);
  tax_lines.push_back(tax_lines_to_json(order.totals.tax_lines));
  shipping.push_back(delivery_to_json(order.shipping));
}

void StateColumns::add(const Order& order) {
  const auto part = [&](std::string PaymentInfo::* member) {
    return order.payment ? std::optional{(*order.payment).*member} : std::nullopt;
  };
  ids.push_back(order.id);
  versions.push_back(order.version);
  statuses.emplace_back(to_string(order.status));
  payment_ids.push_back(part(&PaymentInfo::id));
  payment_statuses.push_back(part(&PaymentInfo::status));
  payment_providers.push_back(part(&PaymentInfo::provider));
  decline_codes.push_back(part(&PaymentInfo::decline_code));
  refund_requested.push_back(order.refund_requested.amount_minor());
  refunded.push_back(order.refunded.amount_minor());
  tracking_numbers.push_back(order.tracking_number);
  fulfilled_at.push_back(order.fulfilled_at);
  updated_at.push_back(order.updated_at);
}

void ItemColumns::add(OrderId order, const std::vector<Item>& items) {
  int line = 0;
  for (const auto& item : items) {
    orders.push_back(order);
    lines.push_back(++line);
    skus.push_back(item.sku);
    names.push_back(item.name);
    quantities.push_back(item.quantity);
    unit_prices.push_back(item.unit_price.amount_minor());
    totals.push_back(item.total.amount_minor());
  }
}

}  // namespace souk::order
