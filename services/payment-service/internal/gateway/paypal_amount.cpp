#include "internal/gateway/paypal_amount.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace souk::payment::paypal {
namespace {

/// What PayPal accounts take payments in.
constexpr std::array<std::string_view, 24> kAccepted{
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS",
    "JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD"};
/// Those that it refuses decimals in.
constexpr std::array<std::string_view, 3> kWhole{"HUF", "JPY", "TWD"};

/// 10 trillion of whatever: no payment comes near, and nothing overflows.
constexpr std::size_t kMaxDigits = 15;

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

bool digits_only(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string> to_value(const Money& money) {
  const auto currency = money.currency();
  const auto code = currency.code();
  if (std::ranges::find(kAccepted, code) == kAccepted.end() || money.amount_minor() < 0)
    return std::nullopt;
  const bool whole = std::ranges::find(kWhole, code) != kWhole.end();
  const auto unit = power_of_ten(money.currency().exponent());
  const auto units = money.amount_minor() / unit;
  const auto rest = money.amount_minor() % unit;
  if (whole) return rest == 0 ? std::optional{fmt::format("{}", units)} : std::nullopt;
  return fmt::format("{}.{:0{}}", units, rest, money.currency().exponent());
}

std::optional<Money> from_value(std::string_view value, std::string_view currency) {
  const auto known = Currency::parse(currency);
  if (!known) return std::nullopt;
  const bool negative = value.starts_with('-');
  if (negative) value.remove_prefix(1);
  const auto point = std::min(value.find('.'), value.size());
  std::string digits{value.substr(0, point)};
  auto places = point < value.size() ? value.substr(point + 1) : std::string_view{};
  const auto exponent = static_cast<std::size_t>(known->exponent());
  while (places.size() > exponent && places.ends_with('0')) places.remove_suffix(1);
  if (digits.empty() || places.size() > exponent) return std::nullopt;
  digits += places;
  digits.append(exponent - places.size(), '0');
  if (!digits_only(digits) || digits.size() > kMaxDigits) return std::nullopt;
  std::int64_t minor = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  return Money{negative ? -minor : minor, *known};
}

}  // namespace souk::payment::paypal
