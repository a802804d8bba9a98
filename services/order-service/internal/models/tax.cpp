#include "internal/models/tax.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "core/text.hpp"

namespace souk::order {
namespace {

constexpr int kOne = 10'000;  // basis points
constexpr std::string_view kElsewhere = "*";

[[noreturn]] void refuse_rates(std::string_view part, std::string_view why) {
  throw Error{Kind::validation, "invalid_setting",
              fmt::format("Setting SOUK_TAX_RATES: \"{}\" {}", part, why)};
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "19", "5.5" or "8.25" in basis points; -1 for anything else, and for more than 100.
int parse_percent(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  auto fraction =
      point == std::string_view::npos ? std::string{} : std::string{text.substr(point + 1)};
  if (!all_digits(whole) || whole.size() > 3 || fraction.size() > 2) return -1;
  if (point != std::string_view::npos && !all_digits(fraction)) return -1;
  fraction.resize(2, '0');
  const int points = std::stoi(std::string{whole}) * 100 + std::stoi(fraction);
  return points <= kOne ? points : -1;
}

}  // namespace

TaxRules TaxRules::parse(std::string_view rates, bool inclusive) {
  TaxRules rules;
  rules.inclusive_ = inclusive;
  for (const auto piece : std::views::split(rates, ',')) {
    const std::string_view part{piece.begin(), piece.end()};
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) refuse_rates(part, "is not COUNTRY=PERCENT");
    const auto country = part.substr(0, equals);
    if (country != kElsewhere && !text::is_country(country))
      refuse_rates(part, "names no ISO 3166 country, nor *");
    const int points = parse_percent(part.substr(equals + 1));
    if (points < 0) refuse_rates(part, "has no percentage of at most 100 and two decimals");
    if (!rules.rates_.try_emplace(std::string{country}, points).second)
      refuse_rates(part, "names its country twice");
  }
  return rules;
}

int TaxRules::rate_of(std::string_view country) const {
  auto found = rates_.find(country);
  if (found == rates_.end()) found = rates_.find(kElsewhere);
  return found == rates_.end() ? 0 : found->second;
}

void add_tax(PricedCart& cart, const TaxRules& rules, std::string_view country) {
  const int rate = rules.rate_of(country);
  if (rate == 0) return;
  auto& totals = cart.totals;
  const auto zero = Money::zero(totals.total.currency());
  TaxLine line{.basis_points = rate, .included = rules.inclusive(), .taxable = zero, .tax = zero};
  const auto bear = [&](Money amount) {
    const auto tax = amount.ratio(rate, line.included ? kOne + rate : kOne);
    line.tax = line.tax + tax;
    line.taxable = line.taxable + (line.included ? amount - tax : amount);
  };
  for (const auto& item : cart.items) bear(item.total);
  bear(totals.shipping);
  if (!line.included) {
    totals.tax = line.tax;
    totals.total = totals.total + line.tax;
  }
  totals.tax_lines = {line};
}

}  // namespace souk::order
