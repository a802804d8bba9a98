#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/money.hpp"

namespace souk::payment {

/// What the settings say about payments.
struct PaymentPolicy {
  /// How long one request to the provider may take (PAYMENT_PROVIDER_TIMEOUT_MS).
  std::chrono::milliseconds provider_timeout{3000};
  /// Of a payment that was voided before anyone asked for a charge (SOUK_CURRENCY).
  Currency currency;

  /// Where shoppers are (SHOP_URL).
  std::string shop_url = "http://localhost:8080";

  /// Where the provider sends a customer back to.
  std::string return_url(std::string_view order) const {
    return shop_url + "/checkout/return?order=" + std::string{order};
  }

  /// How long whoever works on a payment has it for himself: one request, and time to write it
  /// down.
  std::chrono::milliseconds lease() const {
    return provider_timeout + std::chrono::milliseconds{1000};
  }
};

}  // namespace souk::payment
