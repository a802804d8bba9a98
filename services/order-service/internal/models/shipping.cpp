#include "internal/models/shipping.hpp"

#include <algorithm>
#include <climits>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace souk::order {
namespace {

/// As much as any price of the catalogue, so that a hundred full lines and their delivery fit into int64.
constexpr std::int64_t kMaxShippingMinor = 900'000'000'000;

void check_money(const Money& money, const std::string& field, Currency shop) {
  if (money.currency() != shop) {
    throw invalid_field(field + ".currency", "currency_mismatch",
                        fmt::format("The shop's currency is {}.", shop.code()));
  }
  if (money.amount_minor() < 0)
    throw invalid_field(field + ".amount", "too_small", "Must be at least 0.");
  if (money.amount_minor() > kMaxShippingMinor) {
    throw invalid_field(field + ".amount", "too_large",
                        fmt::format("Must be at most {}.", kMaxShippingMinor));
  }
}

bool delivers(const ShippingMethod& method, std::string_view country, Currency currency) {
  const auto& countries = method.countries;
  const bool there = countries.empty() || std::ranges::find(countries, country) != countries.end();
  return method.active && there && method.price.currency() == currency;
}

Money price_for(const ShippingMethod& method, Money subtotal) {
  const bool free = method.free_from && !(subtotal < *method.free_from);
  return free ? Money::zero(subtotal.currency()) : method.price;
}

Error no_such_method(std::span<const ShippingMethod> methods, std::string_view wanted) {
  if (std::ranges::find(methods, wanted, &ShippingMethod::code) != methods.end()) {
    return invalid_field("shipping_method", "not_deliverable",
                         fmt::format("{} does not deliver this order there.", wanted));
  }
  return invalid_field("shipping_method", "unknown_shipping_method",
                       fmt::format("There is no shipping method {}.", wanted));
}

}  // namespace

void check(const ShippingMethod& method, Currency shop) {
  check_money(method.price, "price", shop);
  if (method.free_from) check_money(*method.free_from, "free_from", shop);
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < method.countries.size(); ++i) {
    if (seen.insert(method.countries[i]).second) continue;
    throw invalid_field(fmt::format("countries[{}]", i), "duplicate", "Is named above.");
  }
  if (method.max_days && *method.max_days < method.min_days.value_or(0))
    throw invalid_field("max_days", "out_of_range", "Must be at least min_days.");
}

std::vector<ShippingRate> shipping_rates(std::span<const ShippingMethod> methods,
                                         std::string_view country, Money subtotal) {
  std::vector<ShippingRate> rates;
  for (const auto& method : methods) {
    if (delivers(method, country, subtotal.currency()))
      rates.push_back({&method, price_for(method, subtotal)});
  }
  std::ranges::sort(rates, {}, [](const ShippingRate& rate) {
    return std::tuple{rate.price.amount_minor(), rate.method->max_days.value_or(INT_MAX),
                      std::string_view{rate.method->code}};
  });
  return rates;
}

Result<void> add_shipping(PricedCart& cart, std::span<const ShippingMethod> methods,
                          std::string_view country, std::string_view wanted) {
  if (methods.empty() && wanted.empty()) return {};
  const auto rates = shipping_rates(methods, country, cart.totals.subtotal);
  const auto chosen = wanted.empty()
                          ? rates.begin()
                          : std::ranges::find(rates, wanted, [](const ShippingRate& rate) {
                              return std::string_view{rate.method->code};
                            });
  if (chosen == rates.end()) {
    if (!wanted.empty()) return std::unexpected{no_such_method(methods, wanted)};
    return std::unexpected{invalid_field("shipping_address.country", "not_deliverable",
                                         "The shop does not deliver there.")};
  }
  const auto& method = *chosen->method;
  cart.shipping = {method.code, method.name, method.min_days, method.max_days};
  cart.totals.shipping = chosen->price;
  cart.totals.total = cart.totals.total + chosen->price;
  return {};
}

}  // namespace souk::order
