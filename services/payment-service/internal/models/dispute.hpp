#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/money.hpp"

namespace souk::payment {

/// Money that the provider took for a dispute; what it gives back is below nought. In the dispute's
/// currency.
struct DisputeMovement {
  std::string id;  ///< the same whenever it is told of
  std::int64_t amount_minor = 0;
  std::int64_t fee_minor = 0;
};

/// What a dispute has cost so far; what was given back is taken off.
struct DisputeCost {
  std::int64_t withdrawn_minor = 0;
  std::int64_t fee_minor = 0;

  void add(const DisputeMovement& movement);
  bool operator==(const DisputeCost&) const = default;
};

/// The customer's bank takes a payment back, or asks about it. As the provider last told of it.
struct Dispute {
  std::string id;         ///< the provider's
  std::string reference;  ///< of the charge
  Money amount;
  std::string reason;
  std::string status;    ///< in the provider's words
  Time changed_at = {};  ///< by the provider's clock: tells which of two is the newer
  std::vector<DisputeMovement> movements = {};  ///< all that the provider knows of by then
};

/// A dispute as it is kept.
struct KnownDispute {
  Dispute dispute;
  DisputeCost cost;
};

}  // namespace souk::payment
