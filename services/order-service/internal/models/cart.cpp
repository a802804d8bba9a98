#include "internal/models/cart.hpp"

#include <algorithm>

namespace souk::order {

ShownCart show(const Cart& cart, std::span<const QuotedPrice> quotes) {
  ShownCart shown{.lines = {}, .subtotal = std::nullopt, .updated_at = cart.updated_at};
  std::optional<Currency> currency;
  for (const auto& line : cart.lines) {
    const auto found = std::ranges::find(quotes, line.sku, &QuotedPrice::sku);
    ShownCart::Line now{.line = line, .quote = std::nullopt, .total = std::nullopt, .problem = {}};
    if (found != quotes.end()) {
      now.quote = *found;
      now.total = found->price * line.quantity;
      if (!currency) currency = found->price.currency();
    }
    const auto* quote = now.quote ? &*now.quote : nullptr;
    const auto wrong = line_problem(line, quote, currency.value_or(Currency::from("USD")));
    if (wrong) {
      now.problem = wrong->code;
    } else {
      shown.subtotal = shown.subtotal ? *shown.subtotal + *now.total : *now.total;
    }
    shown.lines.push_back(std::move(now));
  }
  return shown;
}

std::vector<CartLine> largest_of_each(std::vector<CartLine> lines) {
  std::vector<CartLine> merged;
  for (auto& line : lines) {
    const auto same = std::ranges::find(merged, line.sku, &CartLine::sku);
    if (same == merged.end()) {
      merged.push_back(std::move(line));
    } else {
      same->quantity = std::max(same->quantity, line.quantity);
    }
  }
  return merged;
}

}  // namespace souk::order
