#include "internal/models/pricing.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace souk::order {

std::optional<FieldError> line_problem(const CartLine& line, const QuotedPrice* quote,
                                       Currency currency) {
  const auto field = sku_field(line.position);
  if (quote == nullptr) {
    return FieldError{field, "unknown_sku", fmt::format("There is no SKU {}.", line.sku)};
  }
  if (!quote->sellable) {
    return FieldError{field, "not_sellable", fmt::format("{} is not for sale.", line.sku)};
  }
  if (quote->price.currency() != currency) {
    return FieldError{field, "mixed_currencies",
                      fmt::format("{} is priced in {}, other lines in {}.", line.sku,
                                  quote->price.currency().code(), currency.code())};
  }
  return std::nullopt;
}

std::string sku_field(std::size_t position) { return fmt::format("items[{}].sku", position); }

std::vector<CartLine> merge_lines(std::vector<CartLine> lines) {
  std::vector<CartLine> merged;
  for (auto& line : lines) {
    const auto same = std::ranges::find(merged, line.sku, &CartLine::sku);
    if (same == merged.end()) {
      merged.push_back(std::move(line));
    } else {
      same->quantity += line.quantity;  // at most 100 lines of 100,000: see the field rules
    }
  }
  return merged;
}

Totals add_up(std::span<const Item> items) {
  const auto zero = Money::zero(items.front().total.currency());
  auto subtotal = zero;
  for (const auto& item : items) subtotal = subtotal + item.total;
  // Discounts are nought until the shop has rules for them; add_shipping and add_tax do the rest.
  return {.subtotal = subtotal, .discount = zero, .shipping = zero, .tax = zero, .total = subtotal};
}

Result<PricedCart> price_cart(std::span<const CartLine> lines,
                              std::span<const QuotedPrice> quotes) {
  std::vector<FieldError> problems;
  std::vector<Item> items;
  std::optional<Currency> currency;
  for (const auto& line : lines) {
    const auto found = std::ranges::find(quotes, line.sku, &QuotedPrice::sku);
    const auto* quote = found == quotes.end() ? nullptr : &*found;
    if (quote != nullptr && !currency) currency = quote->price.currency();
    if (auto wrong = line_problem(line, quote, currency.value_or(*Currency::parse("USD")))) {
      problems.push_back(std::move(*wrong));
    } else {
      items.push_back({.sku = line.sku,
                       .name = quote->name,
                       .quantity = line.quantity,
                       .unit_price = quote->price,
                       .total = quote->price * line.quantity});
    }
  }
  if (!problems.empty()) {
    return std::unexpected{Error{Kind::validation, "validation_failed",
                                 "Some lines cannot be ordered.", std::move(problems)}};
  }
  const auto totals = add_up(items);
  return PricedCart{.items = std::move(items), .totals = totals};
}

}  // namespace souk::order
