#include "internal/middleware/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace souk::gateway {
namespace {

/// 16 shards of 4,096 keys: some 10 MB at the most, more addresses than a shop sees within a burst's refill.
constexpr std::size_t kMaxKeys = 4096;
constexpr char kOverflow[] = "everybody else";

double seconds(RateLimiter::Instant from, RateLimiter::Instant to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

void RateLimiter::sweep(Shard& shard, Instant now) const {
  if (seconds(shard.swept, now) < 1.0) return;
  shard.swept = now;
  std::erase_if(shard.buckets, [&](const auto& entry) {
    return entry.second.tokens + seconds(entry.second.at, now) * rate_.per_second >= rate_.burst;
  });
}

void RateLimiter::take(std::string_view key, Instant now) {
  auto& shard = shards_[std::hash<std::string_view>{}(key) % shards_.size()];
  const std::scoped_lock lock{shard.mutex};
  sweep(shard, now);
  auto found = shard.buckets.find(std::string{key});
  if (found == shard.buckets.end()) {
    const std::string name{shard.buckets.size() < kMaxKeys ? key : std::string_view{kOverflow}};
    found = shard.buckets.try_emplace(name, Bucket{rate_.burst, now}).first;
  }
  auto& bucket = found->second;
  bucket.tokens = std::min(rate_.burst, bucket.tokens + seconds(bucket.at, now) * rate_.per_second);
  bucket.at = now;
  if (bucket.tokens < 1.0) {
    Error error{Kind::rate_limited, "rate_limited", "Too many requests; slow down."};
    error.retry_after = std::chrono::seconds{
        std::max(1L, std::lround(std::ceil((1.0 - bucket.tokens) / rate_.per_second)))};
    throw error;
  }
  bucket.tokens -= 1.0;
}

}  // namespace souk::gateway
