#include "internal/middleware/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace souk::gateway {
namespace {

/// 16 shards of 4,096 keys: some 10 MB at the most, more addresses than a shop sees within a burst's refill.
constexpr std::size_t kMaxKeys = 4096;
constexpr char kOverflow[] = "everybody else";

double seconds(RateLimiter::Instant from, RateLimiter::Instant to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Error too_many(const Rate& rate, double left) {
  Error error{Kind::rate_limited, "rate_limited", "Too many requests; slow down."};
  error.retry_after =
      std::chrono::seconds{std::max(1L, std::lround(std::ceil((1.0 - left) / rate.per_second)))};
  return error;
}

void RateLimiter::sweep(Shard& shard, Instant now) const {
  if (seconds(shard.swept, now) < 1.0) return;
  shard.swept = now;
  std::erase_if(shard.buckets, [&](const auto& entry) {
    return entry.second.tokens + seconds(entry.second.at, now) * rate_.per_second >= rate_.burst;
  });
}

RateLimiter::Shard& RateLimiter::shard_of(std::string_view key) {
  return shards_[std::hash<std::string_view>{}(key) % shards_.size()];
}

void RateLimiter::refill(Bucket& bucket, Instant now) const {
  bucket.tokens = std::min(rate_.burst, bucket.tokens + seconds(bucket.at, now) * rate_.per_second);
  bucket.at = now;
}

void RateLimiter::take(std::string_view key, Instant now) {
  auto& shard = shard_of(key);
  const std::scoped_lock lock{shard.mutex};
  sweep(shard, now);
  auto found = shard.buckets.find(std::string{key});
  if (found == shard.buckets.end()) {
    const std::string name{shard.buckets.size() < kMaxKeys ? key : std::string_view{kOverflow}};
    found = shard.buckets.try_emplace(name, Bucket{rate_.burst, now}).first;
  }
  auto& bucket = found->second;
  refill(bucket, now);
  if (bucket.tokens < 1.0) throw too_many(rate_, bucket.tokens);
  bucket.tokens -= 1.0;
  bucket.spent += 1.0;
}

std::vector<RateLimiter::Spent> RateLimiter::collect() {
  std::vector<Spent> all;
  for (auto& shard : shards_) {
    const std::scoped_lock lock{shard.mutex};
    for (auto& [key, bucket] : shard.buckets) {
      // Each shard has an overflow of its own, which is nobody else's.
      if (bucket.spent > 0 && key != kOverflow)
        all.push_back({key, std::exchange(bucket.spent, 0)});
    }
  }
  return all;
}

void RateLimiter::settle(const std::string& key, double left, Instant now) {
  auto& shard = shard_of(key);
  const std::scoped_lock lock{shard.mutex};
  const auto found = shard.buckets.find(key);
  if (found == shard.buckets.end()) return;
  refill(found->second, now);
  found->second.tokens = std::min(found->second.tokens, left - found->second.spent);
}

}  // namespace souk::gateway
