#include "internal/models/invoice_json.hpp"

#include <boost/json.hpp>

namespace souk::payment {
namespace {

namespace json = boost::json;

constexpr int kContentSchema = 1;

json::object party_object(const Party& party) {
  json::array address;
  for (const auto& line : party.address) address.emplace_back(line);
  return {{"name", party.name}, {"address", std::move(address)}};
}

std::string member(const json::object& object, std::string_view key) {
  return std::string{object.at(key).as_string()};
}

Party read_party(const json::object& object) {
  Party party{.name = member(object, "name"), .address = {}};
  for (const auto& line : object.at("address").as_array())
    party.address.emplace_back(line.as_string());
  return party;
}

InvoiceLine read_line(const json::object& o) {
  return {.sku = member(o, "sku"),
          .name = member(o, "name"),
          .quantity = o.at("quantity").as_int64(),
          .unit_price = o.at("unit_price").as_int64(),
          .total = o.at("total").as_int64()};
}

InvoiceTax read_tax(const json::object& o) {
  return {.basis_points = json::value_to<int>(o.at("rate")),
          .included = o.at("included").as_bool(),
          .taxable = o.at("taxable").as_int64(),
          .tax = o.at("tax").as_int64()};
}

json::value parse(std::string_view text) { return json::parse({text.data(), text.size()}); }

}  // namespace

std::string content_to_json(const InvoiceContent& content) {
  json::array lines;
  for (const auto& line : content.lines) {
    lines.push_back(json::object{{"sku", line.sku},
                                 {"name", line.name},
                                 {"quantity", line.quantity},
                                 {"unit_price", line.unit_price},
                                 {"total", line.total}});
  }
  json::array taxes;
  for (const auto& tax : content.taxes) {
    taxes.push_back(json::object{{"rate", tax.basis_points},
                                 {"included", tax.included},
                                 {"taxable", tax.taxable},
                                 {"tax", tax.tax}});
  }
  return json::serialize(json::object{{"schema", kContentSchema},
                                      {"customer", party_object(content.customer)},
                                      {"ordered_at", to_rfc3339(content.ordered_at)},
                                      {"lines", std::move(lines)},
                                      {"subtotal", content.subtotal},
                                      {"discount", content.discount},
                                      {"shipping", content.shipping},
                                      {"total", content.total},
                                      {"taxes", std::move(taxes)}});
}

InvoiceContent content_from_json(std::string_view text) {
  const auto value = parse(text);
  const auto& o = value.as_object();
  InvoiceContent content{.customer = read_party(o.at("customer").as_object()),
                         .ordered_at = from_rfc3339(member(o, "ordered_at")),
                         .lines = {},
                         .subtotal = o.at("subtotal").as_int64(),
                         .discount = o.at("discount").as_int64(),
                         .shipping = o.at("shipping").as_int64(),
                         .total = o.at("total").as_int64(),
                         .taxes = {}};
  for (const auto& line : o.at("lines").as_array())
    content.lines.push_back(read_line(line.as_object()));
  for (const auto& tax : o.at("taxes").as_array())
    content.taxes.push_back(read_tax(tax.as_object()));
  return content;
}

std::string seller_to_json(const Seller& seller) {
  return json::serialize(json::object{{"party", party_object(seller.party)},
                                      {"vat_id", seller.vat_id},
                                      {"contact", seller.contact}});
}

Seller seller_from_json(std::string_view text) {
  const auto value = parse(text);
  const auto& o = value.as_object();
  return {.party = read_party(o.at("party").as_object()),
          .vat_id = member(o, "vat_id"),
          .contact = member(o, "contact")};
}

}  // namespace souk::payment
