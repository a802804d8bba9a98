#include "internal/models/event_json.hpp"

#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace souk::order {
namespace {

namespace json = boost::json;

constexpr int kSchema = 1;

std::string text(const json::object& object, std::string_view key) {
  return std::string{object.at(key).as_string()};
}

std::optional<std::string> optional_text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  return std::string{value->as_string()};
}

template <class AnyId>
AnyId id(const json::object& object, std::string_view key) {
  return AnyId::from(text(object, key));
}

std::optional<UserId> actor(const json::object& object) {
  const auto by = optional_text(object, "by");
  if (!by) return std::nullopt;
  return UserId::from(*by);
}

Money money(const json::object& object, std::string_view key, Currency currency) {
  return {object.at(key).as_int64(), currency};
}

Currency currency(const json::object& object) { return Currency::from(text(object, "currency")); }

Money amount(const json::object& object) { return money(object, "amount", currency(object)); }

void set_optional(json::object& object, std::string_view key,
                  const std::optional<std::string>& value) {
  if (value) object[key] = *value;
}

void set_actor(json::object& object, const std::optional<UserId>& by) {
  if (by) object["by"] = by->str();
}

void set_amount(json::object& object, Money amount) {
  object["amount"] = amount.amount_minor();
  object["currency"] = std::string{amount.currency().code()};
}

json::object address_object(const Address& address) {
  json::object object{{"full_name", address.full_name}, {"line1", address.line1}};
  set_optional(object, "line2", address.line2);
  object["city"] = address.city;
  set_optional(object, "region", address.region);
  object["postal_code"] = address.postal_code;
  object["country"] = address.country;
  return object;
}

Address read_address(const json::object& object) {
  return {.full_name = text(object, "full_name"),
          .line1 = text(object, "line1"),
          .line2 = optional_text(object, "line2"),
          .city = text(object, "city"),
          .region = optional_text(object, "region"),
          .postal_code = text(object, "postal_code"),
          .country = text(object, "country")};
}

json::array items_array(const std::vector<Item>& items) {
  json::array array;
  for (const auto& item : items) {
    array.push_back(json::object{{"sku", item.sku},
                                 {"name", item.name},
                                 {"quantity", item.quantity},
                                 {"unit_price", item.unit_price.amount_minor()},
                                 {"total", item.total.amount_minor()}});
  }
  return array;
}

std::vector<Item> read_items(const json::array& array, Currency currency) {
  std::vector<Item> items;
  for (const auto& value : array) {
    const auto& object = value.as_object();
    items.push_back({.sku = text(object, "sku"),
                     .name = text(object, "name"),
                     .quantity = object.at("quantity").as_int64(),
                     .unit_price = money(object, "unit_price", currency),
                     .total = money(object, "total", currency)});
  }
  return items;
}

json::array tax_array(const std::vector<TaxLine>& lines) {
  json::array array;
  for (const auto& line : lines) {
    array.push_back(json::object{{"rate", line.basis_points},
                                 {"included", line.included},
                                 {"taxable", line.taxable.amount_minor()},
                                 {"tax", line.tax.amount_minor()}});
  }
  return array;
}

std::vector<TaxLine> read_tax_lines(const json::array& array, Currency currency) {
  std::vector<TaxLine> lines;
  for (const auto& value : array) {
    const auto& object = value.as_object();
    lines.push_back({.basis_points = json::value_to<int>(object.at("rate")),
                     .included = object.at("included").as_bool(),
                     .taxable = money(object, "taxable", currency),
                     .tax = money(object, "tax", currency)});
  }
  return lines;
}

json::object delivery_object(const Delivery& delivery) {
  json::object object{{"code", delivery.code}, {"name", delivery.name}};
  if (delivery.min_days) object["min_days"] = *delivery.min_days;
  if (delivery.max_days) object["max_days"] = *delivery.max_days;
  return object;
}

Delivery read_delivery(const json::object& object) {
  const auto days = [&](std::string_view key) -> std::optional<int> {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    return json::value_to<int>(*value);
  };
  return {.code = text(object, "code"),
          .name = text(object, "name"),
          .min_days = days("min_days"),
          .max_days = days("max_days")};
}

struct Writer {
  json::object operator()(const Placed& e) const {
    json::object object{{"user_id", e.user.str()},
                        {"number", e.number},
                        {"currency", std::string{e.totals.total.currency().code()}},
                        {"items", items_array(e.items)},
                        {"subtotal", e.totals.subtotal.amount_minor()},
                        {"discount_total", e.totals.discount.amount_minor()},
                        {"shipping_total", e.totals.shipping.amount_minor()},
                        {"tax_total", e.totals.tax.amount_minor()},
                        {"total", e.totals.total.amount_minor()},
                        {"shipping_address", address_object(e.shipping_address)}};
    set_optional(object, "external_id", e.external_id);
    // Streams from before there was tax, or a choice of delivery, say nothing of it, and stay as they are.
    if (!e.totals.tax_lines.empty()) object["tax_lines"] = tax_array(e.totals.tax_lines);
    if (e.shipping) object["shipping"] = delivery_object(*e.shipping);
    return object;
  }
  json::object operator()(const Rejected& e) const {
    json::array skus;
    for (const auto& sku : e.skus) skus.emplace_back(sku);
    return {{"reason", e.reason}, {"skus", std::move(skus)}};
  }
  json::object operator()(const Confirmed& e) const {
    return {{"payment_id", e.payment_id}, {"provider", e.provider}};
  }
  json::object operator()(const PaymentFailed& e) const {
    return {
        {"payment_id", e.payment_id}, {"provider", e.provider}, {"decline_code", e.decline_code}};
  }
  json::object operator()(const Fulfilled& e) const {
    json::object object;
    set_optional(object, "tracking_number", e.tracking_number);
    set_actor(object, e.by);
    return object;
  }
  json::object operator()(const Delivered& e) const {
    json::object object;
    set_actor(object, e.by);
    return object;
  }
  json::object operator()(const Cancelled& e) const {
    json::object object{{"reason", e.reason}};
    set_actor(object, e.by);
    return object;
  }
  json::object operator()(const RefundRequested& e) const {
    json::object object{{"refund_id", e.refund.str()}, {"reason", e.reason}};
    set_amount(object, e.amount);
    set_actor(object, e.by);
    return object;
  }
  json::object operator()(const PartiallyRefunded& e) const { return moved(e.refund, e.amount); }
  json::object operator()(const Refunded& e) const { return moved(e.refund, e.amount); }
  json::object operator()(const RefundFailed& e) const {
    auto object = moved(e.refund, e.amount);
    object["moved"] = e.moved;
    object["status"] = std::string{to_string(e.status)};
    return object;
  }

  static json::object moved(RefundId refund, Money amount) {
    json::object object{{"refund_id", refund.str()}};
    set_amount(object, amount);
    return object;
  }
};

std::vector<TaxLine> optional_tax_lines(const json::object& placed, Currency in) {
  const auto* lines = placed.if_contains("tax_lines");
  return lines == nullptr ? std::vector<TaxLine>{} : read_tax_lines(lines->as_array(), in);
}

std::optional<Delivery> optional_delivery(const json::object& placed) {
  const auto* delivery = placed.if_contains("shipping");
  return delivery == nullptr ? std::nullopt : std::optional{read_delivery(delivery->as_object())};
}

Placed read_placed(const json::object& o) {
  const auto in = currency(o);
  return {.user = id<UserId>(o, "user_id"),
          .number = text(o, "number"),
          .items = read_items(o.at("items").as_array(), in),
          .totals = {.subtotal = money(o, "subtotal", in),
                     .discount = money(o, "discount_total", in),
                     .shipping = money(o, "shipping_total", in),
                     .tax = money(o, "tax_total", in),
                     .total = money(o, "total", in),
                     .tax_lines = optional_tax_lines(o, in)},
          .shipping_address = read_address(o.at("shipping_address").as_object()),
          .external_id = optional_text(o, "external_id"),
          .shipping = optional_delivery(o)};
}

Rejected read_rejected(const json::object& o) {
  Rejected rejected{.reason = text(o, "reason"), .skus = {}};
  for (const auto& sku : o.at("skus").as_array()) rejected.skus.emplace_back(sku.as_string());
  return rejected;
}

}  // namespace

std::string to_json(const EventData& data) {
  auto object = std::visit(Writer{}, data);
  object["schema"] = kSchema;
  return json::serialize(object);
}

EventData from_json(EventType type, std::string_view text_of_data) {
  const auto value = json::parse({text_of_data.data(), text_of_data.size()});
  const auto& o = value.as_object();
  if (const auto schema = o.at("schema").as_int64(); schema != kSchema) {
    throw std::runtime_error{
        fmt::format("unknown schema {} of a {} event", schema, to_string(type))};
  }
  switch (type) {
    case EventType::placed: return read_placed(o);
    case EventType::rejected: return read_rejected(o);
    case EventType::confirmed: return Confirmed{text(o, "payment_id"), text(o, "provider")};
    case EventType::payment_failed:
      return PaymentFailed{text(o, "payment_id"), text(o, "provider"), text(o, "decline_code")};
    case EventType::fulfilled: return Fulfilled{optional_text(o, "tracking_number"), actor(o)};
    case EventType::delivered: return Delivered{actor(o)};
    case EventType::cancelled: return Cancelled{text(o, "reason"), actor(o)};
    case EventType::refund_requested:
      return RefundRequested{id<RefundId>(o, "refund_id"), amount(o), text(o, "reason"), actor(o)};
    case EventType::partially_refunded:
      return PartiallyRefunded{id<RefundId>(o, "refund_id"), amount(o)};
    case EventType::refunded: return Refunded{id<RefundId>(o, "refund_id"), amount(o)};
    case EventType::refund_failed:
      return RefundFailed{id<RefundId>(o, "refund_id"), amount(o), o.at("moved").as_bool(),
                          parse_status(text(o, "status"))};
  }
  throw std::invalid_argument{"no such event type"};
}

std::optional<std::string> tax_lines_to_json(const std::vector<TaxLine>& lines) {
  if (lines.empty()) return std::nullopt;
  return json::serialize(tax_array(lines));
}

std::vector<TaxLine> tax_lines_from_json(const std::optional<std::string>& text_of_lines,
                                         Currency currency) {
  if (!text_of_lines) return {};
  return read_tax_lines(json::parse(*text_of_lines).as_array(), currency);
}

std::optional<std::string> delivery_to_json(const std::optional<Delivery>& delivery) {
  if (!delivery) return std::nullopt;
  return json::serialize(delivery_object(*delivery));
}

std::optional<Delivery> delivery_from_json(const std::optional<std::string>& text_of_delivery) {
  if (!text_of_delivery) return std::nullopt;
  return read_delivery(json::parse(*text_of_delivery).as_object());
}

std::string address_to_json(const Address& address) {
  return json::serialize(address_object(address));
}

Address address_from_json(std::string_view text_of_address) {
  const auto value = json::parse({text_of_address.data(), text_of_address.size()});
  return read_address(value.as_object());
}

}  // namespace souk::order
