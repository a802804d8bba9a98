#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/money.hpp"

/// Amounts as PayPal has them: decimal texts whose places go by a list of PayPal's own, which is not
/// ISO 4217's. Pure.
namespace souk::payment::paypal {

/// "19.99", "500" (JPY, and HUF and TWD too). Empty for a currency that PayPal does not take, and for
/// an amount with more places than it takes (19.99 HUF).
std::optional<std::string> to_value(const Money& money);

/// Empty for what is no amount of a known currency.
std::optional<Money> from_value(std::string_view value, std::string_view currency);

}  // namespace souk::payment::paypal
