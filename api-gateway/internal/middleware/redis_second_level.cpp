#include "internal/middleware/redis_second_level.hpp"

#include <fmt/format.h>
#include <prometheus/counter.h>

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

/// A page of 100 products has some 50 kB; what is larger is not worth Redis's time.
constexpr std::size_t kMostBytes = 256 * 1024;
/// Longer than the longest request (120 s) and a reply's life after it: a version must not be forgotten
/// while a fetch that began before it may still come to keep its reply.
constexpr const char* kVersionLifeSeconds = "150";

/// KEYS: the reply, the versions of what it shows. To find: no ARGV -> {versions[, body, life in ms]}.
/// To keep: ARGV {versions, body, life in ms} -> 1, or 0 where those are no longer the versions.
constexpr redis::Script kReply{"cache.reply", R"(
  local versions = {}
  for i = 2, #KEYS do versions[i - 1] = redis.call('GET', KEYS[i]) or '-' end
  local present = table.concat(versions, ' ')
  if #ARGV > 0 then
    if ARGV[1] ~= present then return 0 end
    redis.call('HSET', KEYS[1], 'versions', present, 'body', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
    return 1
  end
  local kept = redis.call('HMGET', KEYS[1], 'versions', 'body')
  if kept[1] ~= present then return {present} end
  return {present, kept[2], redis.call('PTTL', KEYS[1])}
)"};

/// KEYS: versions that change. ARGV: {version, its life in s, channel, news}.
constexpr redis::Script kDrop{"cache.drop", R"(
  for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1], 'EX', ARGV[2]) end
  redis.call('PUBLISH', ARGV[3], ARGV[4])
  return 1
)"};

/// What an event of `topic` may change: every list, or the pages of one thing.
std::string lists(const std::string& topic) { return "souk:version:" + topic; }
std::string pages(const std::string& topic, const std::string& name) {
  return fmt::format("souk:version:{}/{}", topic, name);
}

/// The reply, then the versions of all that it shows.
std::vector<std::string> keys_of(const std::string& key, const Match& match) {
  std::vector<std::string> keys{"souk:reply:" + key};
  for (const auto& topic : match.route->rule.dropped_by()) {
    if (match.path_values.empty()) keys.push_back(lists(topic));
    for (const auto& [field, value] : match.path_values) keys.push_back(pages(topic, value));
  }
  return keys;
}

}  // namespace

RedisSecondLevel::RedisSecondLevel(redis::Client& redis, Metrics& metrics)
    : redis_(redis),
      hits_(cache_replies(metrics, "redis")),
      fetches_(cache_replies(metrics, "service")),
      overtaken_(metrics.counter("souk_cache_overtaken_total",
                                 "Replies that an event overtook while they were fetched")) {}

Task<CachedReply> RedisSecondLevel::get(std::string key, Match match, FetchBody fetch) {
  auto keys = keys_of(key, match);
  const auto found = co_await find(keys);
  if (found.body) {
    hits_.Increment();
    auto reply = make_cached(*found.body, match);
    reply.expires = std::chrono::steady_clock::now() + found.life;
    co_return reply;
  }
  fetches_.Increment();
  auto reply = make_cached(co_await fetch(), match);
  if (!co_await keep(std::move(keys), found, *reply.body)) {
    overtaken_.Increment();
    reply.expires = {};
  }
  co_return reply;
}

Task<RedisSecondLevel::Found> RedisSecondLevel::find(std::vector<std::string> keys) {
  Found found;
  if (!redis_.ready()) co_return found;
  found.connection = redis_.connection();
  const auto reply = co_await redis_.try_eval(shared_deadline(), kReply, std::move(keys), {});
  if (!reply) co_return found;
  const auto& items = reply->items();
  found.versions = items.at(0).text();
  if (items.size() == 3) {
    found.body = items[1].text();
    found.life = std::chrono::milliseconds{items[2].integer()};
  }
  co_return found;
}

/// False only where Redis says that an event came between.
Task<bool> RedisSecondLevel::keep(std::vector<std::string> keys, const Found& found,
                                  const std::string& body) {
  // Another connection may lead to a server that has lost versions: it cannot compare.
  if (!found.versions || found.connection != redis_.connection()) co_return true;
  if (body.size() > kMostBytes) co_return true;
  const auto life = std::to_string(std::chrono::milliseconds{kKeepCached}.count());
  const auto kept = co_await redis_.try_eval(shared_deadline(), kReply, std::move(keys),
                                             {*found.versions, body, life});
  co_return !kept || kept->integer() == 1;
}

Task<> RedisSecondLevel::drop(redis::Client& redis, std::string topic,
                              std::vector<std::string> names, std::string version,
                              std::string channel, std::string news) {
  std::vector<std::string> keys{lists(topic)};
  for (const auto& name : names) keys.push_back(pages(topic, name));
  co_await redis.try_eval(
      shared_deadline(), kDrop, std::move(keys),
      {std::move(version), kVersionLifeSeconds, std::move(channel), std::move(news)});
}

}  // namespace souk::gateway
