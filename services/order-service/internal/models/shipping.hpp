#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "internal/models/pricing.hpp"

namespace souk::order {

/// Enough for every carrier of every country that a shop has a rate of its own for.
inline constexpr int kMaxShippingMethods = 100;

/// A way in which the shop delivers, and what that costs.
struct ShippingMethod {
  std::string code;
  std::string name;
  std::vector<std::string> countries;  ///< empty: everywhere
  Money price;
  std::optional<Money> free_from;  ///< lines that come to this much are delivered for nothing
  std::optional<int> min_days, max_days;
  bool active = true;
  Time created_at;
  Time updated_at;

  bool operator==(const ShippingMethod&) const = default;
};

/// What a method costs for an order.
struct ShippingRate {
  const ShippingMethod* method;
  Money price;
};

/// Throws Error{validation_failed} for what the shop cannot offer: a price below nought, past what any
/// price may be, or in another currency than the shop's; a country named twice; days that run backwards.
void check(const ShippingMethod& method, Currency shop);

/// The active methods that deliver there lines of such a subtotal, the cheapest first; of the same price,
/// the fastest. They point into `methods`.
std::vector<ShippingRate> shipping_rates(std::span<const ShippingMethod> methods,
                                         std::string_view country, Money subtotal);

/// Adds delivery to a priced cart that has neither that nor tax yet: by the method whose code is
/// `wanted`, or the cheapest where that is empty. A shop that has no methods at all delivers everywhere
/// for nothing. Error{validation_failed} names what cannot be: on shipping_method, or on
/// shipping_address.country where nothing delivers there. Throws Error{amount_out_of_range} past int64.
Result<void> add_shipping(PricedCart& cart, std::span<const ShippingMethod> methods,
                          std::string_view country, std::string_view wanted);

}  // namespace souk::order
