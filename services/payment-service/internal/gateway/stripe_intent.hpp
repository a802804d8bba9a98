#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "internal/gateway/provider.hpp"

/// Stripe's PaymentIntent as JSON has it. Pure.
namespace souk::payment {

struct StripeIntent {
  ProviderCharge charge;
  /// Somebody has asked for the money: it was confirmed, or ended.
  bool asked = false;
  /// It was declined and can be confirmed again, by whoever has its client secret.
  bool can_be_retried = false;
};

/// Nothing for what is no PaymentIntent, or one in a currency or an amount that cannot be ours.
std::optional<StripeIntent> read_intent(const boost::json::value& value);

/// Stripe's many reasons as the platform's few.
std::string decline_code_of(std::string_view code, std::string_view decline_code);

}  // namespace souk::payment
