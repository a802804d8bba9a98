#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "internal/models/pricing.hpp"

namespace souk::order {

/// As many as an order may have.
inline constexpr int kMaxCartLines = 100;
/// A cart that nobody has touched for so long is forgotten.
inline constexpr std::chrono::days kCartMemory{90};

/// What somebody means to buy.
struct Cart {
  std::vector<CartLine> lines;
  std::optional<Time> updated_at;  ///< empty: there has never been anything in it
};

/// A cart as it would be ordered at this moment.
struct ShownCart {
  struct Line {
    CartLine line;
    std::optional<QuotedPrice> quote;  ///< empty: the catalogue does not know the SKU any more
    std::optional<Money> total;
    std::string problem;  ///< as an order would call it; empty: it can be ordered
  };

  std::vector<Line> lines;
  std::optional<Money> subtotal;  ///< of the lines without a problem; empty where there are none
  std::optional<Time> updated_at;
};

/// Prices a cart. Throws Error{amount_out_of_range} past int64.
ShownCart show(const Cart& cart, std::span<const QuotedPrice> quotes);

/// Lines of one SKU become one, with the larger quantity.
std::vector<CartLine> largest_of_each(std::vector<CartLine> lines);

}  // namespace souk::order
