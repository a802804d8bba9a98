#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "internal/models/product.hpp"

namespace souk::product {

enum class Sort { relevance, newest, price, price_descending, name };

/// Which products a list holds, and in which order. The same criteria make the same list: see key().
struct Criteria {
  std::string query;                      ///< one line; empty: all
  std::string category;                   ///< a slug, or empty
  std::optional<std::int64_t> min_price;  ///< minor units
  std::optional<std::int64_t> max_price;
  std::optional<bool> in_stock;
  Sort sort = Sort::newest;

  /// Equal for equal criteria and no others; what a page token is bound to.
  std::string key() const;
};

/// `wanted` is the API's word, or empty. Without a query nothing is relevant: the newest come first.
Sort choose_sort(std::string_view wanted, std::string_view query);

/// A shopper's words as one line: what no keyboard types becomes a space.
std::string clean_query(std::string_view query);

/// How a search matches. A list goes on as it began, whatever is added meanwhile.
enum class Matching { automatic, exact, fuzzy };

/// Where a page ended.
struct Position {
  Matching matching = Matching::automatic;
  std::string key;  ///< the value sorted by
  ProductId id;

  std::vector<std::string> to_token() const;
  /// Of what to_token() gave.
  static Position from_token(const std::vector<std::string>& token);
};

struct ListedPage {
  std::vector<Product> products;
  std::optional<Position> next;             ///< absent on the last page
  Matching matching = Matching::automatic;  ///< how a search found them
};

struct FacetValue {
  std::string value;
  std::string label;
  std::int64_t count = 0;
};
struct Facet {
  std::string name;
  std::vector<FacetValue> values;
};

/// Where the price bands of a facet begin, in minor units: about three for each power of ten. The first
/// begins at 0, the last has no end.
const std::vector<std::int64_t>& price_band_bounds();

/// Band `index` (0: below the first bound) as a facet value: "1000-2499", "10.00 USD to 24.99 USD".
FacetValue price_band(std::size_t index, Currency currency, std::int64_t count);

}  // namespace souk::product
