#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/money.hpp"

namespace souk::order {

/// One line of a cart. `position` is where the SKU first stood in the request, for errors.
struct CartLine {
  std::string sku;
  std::int64_t quantity = 0;
  std::size_t position = 0;
};

/// A line of an order: what was bought, at which price.
struct Item {
  std::string sku;
  std::string name;
  std::int64_t quantity = 0;
  Money unit_price;
  Money total;

  bool operator==(const Item&) const = default;
};

/// The tax of one rate. `taxable` is what it is on, without the tax itself.
struct TaxLine {
  int basis_points = 0;   ///< 1900 is 19 %
  bool included = false;  ///< contained in the prices, not added to them
  Money taxable;
  Money tax;

  bool operator==(const TaxLine&) const = default;
};

/// total = subtotal - discount + shipping + tax, always. Tax that the prices contain is in none of
/// these, but in its line only.
struct Totals {
  Money subtotal;
  Money discount;
  Money shipping;
  Money tax;
  Money total;
  std::vector<TaxLine> tax_lines = {};

  bool operator==(const Totals&) const = default;
};

/// What product-service says of a SKU at this moment.
struct QuotedPrice {
  std::string sku;
  std::string name;
  Money price;
  bool sellable = false;
  std::string product_id{};
};

/// How an order is delivered, as the method was when it was placed.
struct Delivery {
  std::string code;
  std::string name;
  std::optional<int> min_days, max_days;

  bool operator==(const Delivery&) const = default;
};

struct PricedCart {
  std::vector<Item> items;
  Totals totals;
  std::optional<Delivery> shipping = std::nullopt;  ///< empty: the shop has no methods
};

/// What is wrong with a line, if anything is: unknown_sku, not_sellable or mixed_currencies.
std::optional<FieldError> line_problem(const CartLine& line, const QuotedPrice* quote,
                                       Currency currency);

/// Joins lines of the same SKU, in the order in which SKUs first appear.
std::vector<CartLine> merge_lines(std::vector<CartLine> lines);

/// Adds up lines that have their totals. At least one; one currency.
Totals add_up(std::span<const Item> items);

/// Prices merged lines. Error{validation_failed} names each SKU that is unknown, not for sale, or
/// priced in another currency than the first, as items[position].sku. Throws
/// Error{amount_out_of_range} past int64.
Result<PricedCart> price_cart(std::span<const CartLine> lines, std::span<const QuotedPrice> quotes);

/// "items[3].sku".
std::string sku_field(std::size_t position);

}  // namespace souk::order
