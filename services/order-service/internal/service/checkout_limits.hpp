#pragma once

#include <chrono>
#include <optional>

namespace souk::order {

/// The times and bounds of a checkout.
struct CheckoutLimits {
  /// How long POST /orders waits for an outcome before it answers 202.
  std::chrono::milliseconds wait{10'000};
  /// How often a waiting checkout asks after its payment where no event wakes it.
  std::chrono::milliseconds poll{250};
  /// After this a checkout is taken for abandoned. Ten times what one takes on a busy day; taking
  /// over a live one costs work, never correctness.
  std::chrono::milliseconds lease{5'000};
  /// How long a customer has to do what his payment asks for.
  std::chrono::milliseconds action = std::chrono::minutes{30};
  /// Open checkouts per account; empty: no cap. Fifty is more than people have, and too few to hold
  /// back much of a shop's stock.
  std::optional<int> open_per_account = 50;
};

}  // namespace souk::order
