#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "internal/middleware/rate_limiter.hpp"
#include "redis/client.hpp"
#include "runtime/task.hpp"

namespace souk::gateway {

/// A rate limit that all replicas enforce together. Each has buckets of its own, which refuse at once and
/// are all there is without Redis; the buckets in Redis know what everybody took.
///
/// take() never waits: what it took is reported by settle() ten times a second, and others' share comes
/// back with it. So replicas may together let through up to a burst each before they notice, which the
/// bucket then owes: the rate holds, the burst may not. take_from_all() asks Redis first: exact, for what
/// is worth a round trip.
class SharedLimit {
 public:
  using Instant = RateLimiter::Instant;

  /// `name` is part of the keys in Redis.
  SharedLimit(std::string name, Rate rate) : name_(std::move(name)), rate_(rate), local_(rate) {}

  /// Takes a token; throws Error{rate_limited} with Retry-After where none is left. Any thread.
  void take(std::string_view key, Instant now) { local_.take(key, now); }

  /// The same, here and for all replicas. `redis` is the calling loop's, or null: then, and while Redis
  /// does not answer, here only.
  Task<> take_from_all(redis::Client* redis, std::string key, Instant now);

  /// Reports what was taken since the last time. What cannot be reported now is never reported: its tokens
  /// will have come back by then. One caller at a time.
  Task<> settle(redis::Client& redis);

 private:
  Task<> settle(redis::Client& redis, std::vector<RateLimiter::Spent> some);
  std::string key_of(std::string_view key) const;

  std::string name_;
  Rate rate_;
  RateLimiter local_;
};

}  // namespace souk::gateway
