#include "apps/souk/import/order_message.hpp"

#include "apps/souk/online_retail/countries.hpp"
#include "apps/souk/online_retail/line.hpp"
#include "core/text.hpp"
#include "runtime/proto_values.hpp"

namespace souk::app {
namespace {

/// Where the shop of the data is.
constexpr char kHomeCountry[] = "GB";
constexpr char kNotRecorded[] = "not recorded";
constexpr std::size_t kMaxRegion = 100;  // of an address

bool is_region(const std::string& name) {
  return !name.empty() && text::is_one_line(name) && text::code_points(name) <= kMaxRegion;
}

common::v1::Money pence(std::int64_t amount) {
  common::v1::Money money;
  money.set_amount(amount);
  money.set_currency(online_retail::kCurrency);
  return money;
}

}  // namespace

common::v1::Address address_of(const online_retail::Order& order) {
  common::v1::Address address;
  address.set_full_name(order.customer_id ? "Customer " + *order.customer_id : "Guest");
  address.set_line1(kNotRecorded);
  address.set_city(kNotRecorded);
  address.set_postal_code(kNotRecorded);
  const auto country = online_retail::country_code(order.country);
  address.set_country(std::string{country.value_or(kHomeCountry)});
  if (!country && is_region(order.country)) address.set_region(order.country);
  return address;
}

OrderMessages::OrderMessages(const std::vector<online_retail::Product>& products,
                             const Customers& customers)
    : customers_(customers) {
  for (const auto& product : products) names_.emplace(product.sku, product.name);
}

order::v1::ImportedOrder OrderMessages::message_of(const online_retail::Order& order) const {
  order::v1::ImportedOrder message;
  message.set_external_id(order.key);
  message.set_user_id(customers_.account_of(order));
  *message.mutable_shipping_address() = address_of(order);
  *message.mutable_placed_at() = rpc::to_proto(order.time);
  *message.mutable_total() = pence(order.total_minor());
  for (const auto& line : order.lines) {
    if (line.postage) continue;
    auto& item = *message.add_items();
    item.set_sku(line.sku);
    item.set_name(names_.at(line.sku));
    item.set_quantity(line.quantity);
    *item.mutable_unit_price() = pence(line.unit_price_minor);
    *item.mutable_total() = pence(line.total_minor());
  }
  for (const auto& refund : order.refunds) {
    auto& back = *message.add_refunds();
    back.set_external_id(refund.key);
    *back.mutable_amount() = pence(refund.amount_minor);
    *back.mutable_at() = rpc::to_proto(refund.time);
  }
  if (order.cancelled()) *message.mutable_cancelled_at() = rpc::to_proto(order.refunds[0].time);
  return message;
}

}  // namespace souk::app
