#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/money.hpp"

/// Amounts as Stripe counts them: in the smallest unit that Stripe has for the currency, which is
/// not everywhere ISO 4217's minor unit. Pure.
namespace souk::payment {

/// Empty for an amount that Stripe cannot express (KWD 1.234: it takes no fils but tens of them).
std::optional<std::int64_t> to_stripe(const Money& amount);

/// Empty for a currency that we do not know, and for what is no whole amount of ours (ISK 10.50).
std::optional<Money> from_stripe(std::int64_t amount, std::string_view currency);

}  // namespace souk::payment
