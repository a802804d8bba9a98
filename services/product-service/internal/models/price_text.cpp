#include "internal/models/price_text.hpp"

#include <algorithm>
#include <charconv>

namespace souk::product {
namespace {

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string plain_price(const Money& price) {
  auto text = price.str();  // "19.99 USD"
  text.resize(text.rfind(' '));
  return text;
}

std::optional<Money> parse_price(std::string_view text, Currency currency) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::string fraction{point == std::string_view::npos ? "" : text.substr(point + 1)};
  const auto decimals = static_cast<std::size_t>(currency.exponent());
  const bool bare_point = point != std::string_view::npos && fraction.empty();
  if (whole.empty() || bare_point || fraction.size() > decimals) return std::nullopt;
  fraction.resize(decimals, '0');
  const auto digits = std::string{whole} + fraction;
  if (!all_digits(digits)) return std::nullopt;
  std::int64_t minor = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  if (error != std::errc{}) return std::nullopt;
  return Money{minor, currency};
}

}  // namespace souk::product
