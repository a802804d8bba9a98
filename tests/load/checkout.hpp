#pragma once

#include <chrono>
#include <map>
#include <string>

#include "latencies.hpp"
#include "shop.hpp"

namespace souk::load {

struct CheckoutPlan {
  std::chrono::milliseconds warm_up{3'000};  ///< before the clock runs
  std::chrono::milliseconds measured{15'000};
  bool hot = false;  ///< one line of every order is for the same SKU
};

/// What came of the orders. `confirmed`, `latencies` and `other` are of those answered while the
/// clock ran; `sold` is of all of them, warm-up and last ones included.
struct CheckoutResult {
  std::size_t confirmed = 0;
  Latencies latencies;                       ///< of the confirmed ones
  std::map<std::string, std::size_t> other;  ///< by status and code: "409 out_of_stock", "no reply"
  std::size_t sold = 0;                      ///< confirmed orders, two units each
};

/// The body of POST /orders for one of each.
std::string order_of(std::string_view first_sku, std::string_view second_sku);

/// Empty for a confirmed order, else what the answer was: "503 overloaded".
std::string verdict(const http::ClientResponse& reply);

/// Every session of the shop orders two different products, one of each, pays, and does so again as
/// soon as the answer is there. Counts as confirmed what was answered 201 with status "confirmed".
Task<CheckoutResult> check_out(http::Client& client, const Shop& shop, CheckoutPlan plan);

}  // namespace souk::load
