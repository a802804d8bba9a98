#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/money.hpp"

namespace souk::product {

/// "19.99": without the currency.
std::string plain_price(const Money& price);

/// Of that, or with fewer decimals ("20", "19.9"). Empty for anything else: signs, more decimals than the
/// currency has, other digits than ours.
std::optional<Money> parse_price(std::string_view text, Currency currency);

}  // namespace souk::product
