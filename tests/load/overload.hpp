#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "latencies.hpp"
#include "shop.hpp"

namespace souk::load {

struct OverloadPlan {
  double checkouts_per_second = 1'000;
  double browsers_per_second = 1'000;  ///< searches that no cache answers
  std::chrono::milliseconds lasts{15'000};
  /// Before the load and after it: a checkout each tenth of a second.
  std::chrono::milliseconds calm_before{3'000};
  std::chrono::milliseconds calm_after{15'000};
};

/// What came of requests that were sent at their times, whether the others had been answered or not.
struct OverloadResult {
  std::size_t offered = 0;    ///< checkouts
  std::size_t confirmed = 0;  ///< answered so before the load ended
  std::size_t shed = 0;       ///< 503 overloaded
  Latencies latencies;        ///< of all that were confirmed
  Latencies shed_latencies;
  std::map<std::string, std::size_t> failed;  ///< admitted, but not confirmed: by status and code
  std::size_t pages = 0;                      ///< browsing that was answered 200
  std::size_t pages_shed = 0;
  std::map<std::string, std::size_t> pages_failed;
  double calm_p99_ms = 0;  ///< of the checkouts before the load
  /// After the load's end: when a second began in which every checkout was confirmed within three times
  /// calm_p99_ms (50 ms at the least). Negative: not seen.
  double normal_after_s = -1;

  /// Of the checkouts that were not shed, how many were confirmed.
  double success() const;
};

/// Offers more than can be done. Sessions take turns.
Task<OverloadResult> overload(http::Client& client, const Shop& shop, OverloadPlan plan);

}  // namespace souk::load
