#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"

namespace souk::gateway {

/// Tokens that come back at `per_second` up to `burst`.
struct Rate {
  double per_second;
  double burst;
};

/// What is thrown where `left` tokens are not enough for one: Error{rate_limited} with Retry-After.
Error too_many(const Rate& rate, double left);

/// Token buckets by key ("address 1.2.3.4", "account …"). Bounded: a bucket that is full again is
/// forgotten, and past kMaxKeys new keys share one bucket. Thread-safe.
class RateLimiter {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  struct Spent {
    std::string key;
    double tokens;
  };

  explicit RateLimiter(Rate rate) : rate_(rate) {}

  /// Takes a token; throws Error{rate_limited} with Retry-After where none is left.
  void take(std::string_view key, Instant now);

  /// What was taken from each bucket since the last call.
  std::vector<Spent> collect();
  /// `key` has no more than `left` tokens, before what was taken since the last collect(). Negative: owed.
  void settle(const std::string& key, double left, Instant now);

 private:
  struct Bucket {
    double tokens;
    Instant at;
    double spent = 0;  // not collected yet
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, Bucket> buckets;
    Instant swept{};
  };

  Shard& shard_of(std::string_view key);
  void sweep(Shard& shard, Instant now) const;
  void refill(Bucket& bucket, Instant now) const;

  Rate rate_;
  std::array<Shard, 16> shards_;  // so that threads seldom meet at one mutex
};

}  // namespace souk::gateway
