#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "core/uuid.hpp"
#include "internal/models/image.hpp"

namespace souk::product {

using CategoryId = Id<struct CategoryTag>;

/// Shoppers see active products alone.
enum class Status { active, draft, archived };

/// Coarse, so that a cached page stays true; the best comes first.
enum class Availability { in_stock, low_stock, out_of_stock };

/// The words that the API and the database use. The parsers give nothing for any other word.
std::string_view word(Status status);
std::string_view word(Availability availability);
std::optional<Status> parse_status(std::string_view word);
std::optional<Availability> parse_availability(std::string_view word);

struct CategoryRef {
  CategoryId id;
  std::string slug;
  std::string name;

  bool operator==(const CategoryRef&) const = default;
};

/// What is sold: one SKU of a product.
struct Variant {
  std::string sku;
  std::string title;
  std::map<std::string, std::string> options;
  Money price;
  Availability availability = Availability::out_of_stock;

  bool operator==(const Variant&) const = default;
};

/// A product as it stands: at least one variant, all in one currency, no SKU twice.
struct Product {
  ProductId id;
  std::string slug;
  std::string name;
  std::string description;
  Status status = Status::active;
  std::vector<CategoryRef> categories;
  std::vector<Image> images;
  std::vector<Variant> variants;
  std::optional<double> rating;  // not money: an average of 1 to 5 stars
  Time created_at;
  Time updated_at;

  /// The lowest variant's.
  Money price() const;
  /// The best variant's.
  Availability availability() const;

  bool operator==(const Product&) const = default;
};

/// What an administrator asks for.
struct NewProduct {
  std::string name;
  std::optional<std::string> slug = {};  ///< derived from the name where absent
  std::string description = {};
  std::vector<std::string> categories = {};  ///< slugs
  std::vector<Variant> variants = {};
  Status status = Status::active;
  std::vector<Image> images = {};
};

/// What is absent (or empty, for a list) stays as it is.
struct ProductChanges {
  std::optional<std::string> name = {};
  std::optional<std::string> slug = {};
  std::optional<std::string> description = {};
  std::vector<std::string> categories = {};
  std::vector<Variant> variants = {};
  std::optional<Status> status = {};
  std::vector<Image> images = {};
};

/// A product of a bulk import: one variant.
struct ImportItem {
  std::string slug;  ///< may be empty
  std::string name;
  std::string sku;
  Money price;
  std::vector<std::string> categories;  ///< slugs; those that are missing are made
};

/// What a checkout has to know about a SKU.
struct Quote {
  std::string sku;
  ProductId product;
  std::string name;
  Money price;
  bool sellable = false;
};

}  // namespace souk::product
