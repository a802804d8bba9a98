#pragma once

#include <string>

#include "core/clock.hpp"
#include "core/money.hpp"

namespace souk::payment {

/// The customer's bank takes a payment back, or asks about it. As the provider last told of it.
struct Dispute {
  std::string id;         ///< the provider's
  std::string reference;  ///< of the charge
  Money amount;
  std::string reason;
  std::string status;    ///< in the provider's words
  Time changed_at = {};  ///< by the provider's clock: tells which of two is the newer
};

}  // namespace souk::payment
