#include "internal/repository/product_rows.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

namespace souk::product {
namespace {

namespace json = boost::json;

std::string text(const json::value& object, std::string_view member) {
  return std::string{object.at(member).as_string()};
}

Variant read_variant(const json::value& value) {
  Variant variant{
      .sku = text(value, "sku"),
      .title = text(value, "title"),
      .options = {},
      .price = {value.at("amount").as_int64(), Currency::from(text(value, "currency"))},
      .availability = parse_availability(text(value, "state")).value(),
  };
  for (const auto& [name, option] : value.at("options").as_object()) {
    variant.options.emplace(name, option.as_string());
  }
  return variant;
}

CategoryRef read_category(const json::value& value) {
  return {.id = CategoryId::from(text(value, "id")),
          .slug = text(value, "slug"),
          .name = text(value, "name")};
}

Image read_image(const json::value& value) {
  Image image{.url = text(value, "url"), .alt = text(value, "alt")};
  const auto* widths = value.as_object().if_contains("widths");  // of an uploaded one
  if (widths == nullptr) return image;
  image.width = value.at("width").to_number<int>();
  image.height = value.at("height").to_number<int>();
  image.widths = json::value_to<std::vector<int>>(*widths);
  return image;
}

/// What json_agg made: NULL where there was nothing.
template <class F>
auto read_list(const database::Row& row, std::string_view column, F read) {
  std::vector<decltype(read(json::value{}))> list;
  const auto text = row.get<std::optional<std::string>>(column);
  if (!text) return list;
  const auto parsed = json::parse(*text);
  for (const auto& value : parsed.as_array()) list.push_back(read(value));
  return list;
}

}  // namespace

Product read_product(const database::Row& row) {
  return {.id = row.get<ProductId>("id"),
          .slug = row.get<std::string>("slug"),
          .name = row.get<std::string>("name"),
          .description = row.get<std::string>("description"),
          .status = parse_status(row.get<std::string>("status")).value(),
          .categories = read_list(row, "categories", read_category),
          .images = read_list(row, "images", read_image),
          .variants = read_list(row, "variants", read_variant),
          .rating = row.get<std::optional<double>>("rating"),  // not money
          .created_at = row.get<Time>("created_at"),
          .updated_at = row.get<Time>("updated_at")};
}

std::string to_json(const std::vector<Image>& images) {
  json::array list;
  for (const auto& image : images) {
    json::object object{{"url", image.url}, {"alt", image.alt}};
    if (!image.widths.empty()) {
      object["width"] = image.width;
      object["height"] = image.height;
      object["widths"] = json::value_from(image.widths);
    }
    list.push_back(std::move(object));
  }
  return json::serialize(list);
}

std::string to_json(const std::map<std::string, std::string>& options) {
  json::object object;
  for (const auto& [name, value] : options) object[name] = value;
  return json::serialize(object);
}

std::string sku_text(const std::vector<Variant>& variants) {
  std::string text;
  for (const auto& variant : variants) {
    if (!text.empty()) text += ' ';
    text += variant.sku;
  }
  return text;
}

}  // namespace souk::product
