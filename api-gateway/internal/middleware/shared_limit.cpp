#include "internal/middleware/shared_limit.hpp"

#include <fmt/format.h>

#include "internal/middleware/shared_deadline.hpp"
#include "security/base64url.hpp"
#include "security/token.hpp"

namespace souk::gateway {
namespace {

/// A bucket is one number, the moment at which it will be full again (GCRA): an absent one is full, and
/// a key that expires at that moment is forgotten in time. Redis' clock, so replicas need not agree on one.
/// KEYS: buckets. ARGV: {tokens per second, burst, then for each bucket what was taken already}
/// -> what is left in each; below 0: owed, but for no more than a burst.
constexpr redis::Script kSettle{"limit.settle", R"(
  local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
  local left = {}
  for i, key in ipairs(KEYS) do
    local full_at = math.max(tonumber(redis.call('GET', key) or now), now)
    full_at = math.min(full_at + tonumber(ARGV[i + 2]) / rate, now + 2 * burst / rate)
    redis.call('SET', key, string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000))
    left[i] = tostring(burst - (full_at - now) * rate)
  end
  return left
)"};

/// KEYS: one bucket. ARGV: {tokens per second, burst} -> {taken or not (1, 0), what is left}
constexpr redis::Script kTake{"limit.take", R"(
  local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) + tonumber(time[2]) / 1e6
  local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
  local left = burst - (full_at - now) * rate
  if left < 1 then return {0, tostring(left)} end
  full_at = full_at + 1 / rate
  redis.call('SET', KEYS[1], string.format('%.6f', full_at), 'PX', math.ceil((full_at - now) * 1000))
  return {1, tostring(left - 1)}
)"};

/// Keys of one script: some milliseconds of Redis's only thread at the most.
constexpr std::size_t kMostKeys = 500;

/// Enough that no two keys share a bucket.
constexpr std::size_t kKeyBytes = 16;

std::string number(double value) { return fmt::format("{:.6f}", value); }

}  // namespace

// A digest: Redis has no need to know addresses, and least of all e-mail addresses.
std::string SharedLimit::key_of(std::string_view key) const {
  const auto digest = security::token_digest(key);
  const std::string_view bytes{reinterpret_cast<const char*>(digest.data()), kKeyBytes};
  return fmt::format("souk:limit:{}:{}", name_, security::base64url::encode(bytes));
}

Task<> SharedLimit::take_from_all(redis::Client* redis, std::string key, Instant now) {
  local_.take(key, now);
  if (redis == nullptr || !redis->ready()) co_return;
  const auto reply = co_await redis->try_eval(shared_deadline(), kTake, {key_of(key)},
                                              {number(rate_.per_second), number(rate_.burst)});
  if (!reply) co_return;  // away or slow: the local bucket has decided
  const auto& items = reply->items();
  if (items.at(0).integer() == 0) throw too_many(rate_, std::stod(items.at(1).text()));
}

Task<> SharedLimit::settle(redis::Client& redis) {
  auto spent = local_.collect();
  while (!spent.empty() && redis.ready()) {
    const auto first = spent.size() - std::min(spent.size(), kMostKeys);
    co_await settle(redis, {spent.begin() + static_cast<std::ptrdiff_t>(first), spent.end()});
    spent.resize(first);
  }
}

Task<> SharedLimit::settle(redis::Client& redis, std::vector<RateLimiter::Spent> some) {
  std::vector<std::string> keys, arguments{number(rate_.per_second), number(rate_.burst)};
  for (const auto& [key, tokens] : some) {
    keys.push_back(key_of(key));
    arguments.push_back(number(tokens));
  }
  const auto left =
      co_await redis.try_eval(shared_deadline(), kSettle, std::move(keys), std::move(arguments));
  if (!left) co_return;
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < some.size(); ++i)
    local_.settle(some[i].key, std::stod(left->items().at(i).text()), now);
}

}  // namespace souk::gateway
