#pragma once

#include <string>
#include <string_view>

#include "internal/models/order.hpp"

namespace souk::order {

/// How far a checkout is; its row is the saga's durable state.
enum class CheckoutStep {
  running,    ///< placed: stock and money are being settled
  releasing,  ///< the payment failed; the hold on the stock still has to be given back
  done,
};

std::string_view to_string(CheckoutStep step);
CheckoutStep parse_checkout_step(std::string_view word);

/// What the shopper pays with. The token leaves the database when the payment has its outcome.
struct PaymentInstrument {
  std::string method;
  std::string token;
};

/// A checkout as whoever drives it holds it. `owner` fences: only the holder of the row's present
/// owner may reject the order; everything else a driver does is idempotent on the order.
struct Checkout {
  OrderId order;
  TenantId tenant;
  UserId user;
  Uuid owner;
  CheckoutStep step = CheckoutStep::running;
  PaymentInstrument instrument;
  bool waiting = false;  ///< its customer was asked to act
  bool overdue = false;  ///< and has not done so in time
};

/// An Idempotency-Key that was used before, and how its checkout stands.
struct KnownKey {
  OrderId order;
  std::string fingerprint;  ///< of the request that used it
  CheckoutStep step = CheckoutStep::running;
  bool attended = false;  ///< the first request still waits for the outcome
};

}  // namespace souk::order
