#pragma once

#include <string>
#include <string_view>

#include "internal/gateway/webhook.hpp"

/// What Stripe sends to a webhook endpoint. Pure.
namespace souk::payment {

/// The value of the header `Stripe-Signature` for a body that is sent at `at` (seconds since 1970).
std::string sign_stripe_webhook(std::string_view body, std::int64_t at, std::string_view secret);

/// Whether Stripe has signed it, not longer ago than five minutes, and what it says.
WebhookReading read_stripe_webhook(const WebhookRequest& request, std::string_view secret);

}  // namespace souk::payment
