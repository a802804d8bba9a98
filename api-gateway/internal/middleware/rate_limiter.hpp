#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/error.hpp"

namespace souk::gateway {

/// Tokens that come back at `per_second` up to `burst`.
struct Rate {
  double per_second;
  double burst;
};

/// Token buckets by key ("address 1.2.3.4", "account …"). Bounded: a bucket that is full again is
/// forgotten, and past kMaxKeys new keys share one bucket. Thread-safe.
class RateLimiter {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit RateLimiter(Rate rate) : rate_(rate) {}

  /// Takes a token; throws Error{rate_limited} with Retry-After where none is left.
  void take(std::string_view key, Instant now);

 private:
  struct Bucket {
    double tokens;
    Instant at;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Bucket> buckets;
    Instant swept{};
  };

  void sweep(Shard& shard, Instant now) const;

  Rate rate_;
  std::array<Shard, 16> shards_;  // so that threads seldom meet at one mutex
};

}  // namespace souk::gateway
