#include "internal/middleware/response_cache.hpp"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace souk::gateway {
namespace {

/// FNV-1a, 64 bits: tells two versions of one page apart; nobody gains by making them collide.
std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

std::size_t cost(const std::string& key, const CachedReply& reply) {
  return key.size() + reply.body->size() + 256;
}

}  // namespace

CachedReply make_cached(std::string body, const Match& match) {
  CachedReply reply;
  reply.body = std::make_shared<const std::string>(std::move(body));
  reply.etag = fmt::format("\"{:016x}\"", fnv1a(*reply.body));
  reply.route = match.route;
  for (const auto& [field, value] : match.path_values) reply.path_values.push_back(value);
  reply.expires = std::chrono::steady_clock::now() + kKeepCached;
  return reply;
}

CachedReply make_unchanging(http::Response file, const Match& match) {
  auto reply = make_cached(std::move(file.body), match);
  reply.content_type = file.headers.get("Content-Type").value_or("application/octet-stream");
  reply.immutable = true;
  reply.expires = std::chrono::steady_clock::now() + kKeepFile;
  return reply;
}

ResponseCache::Reply ResponseCache::find(const std::string& key) {
  const auto found = replies_.find(key);
  if (found == replies_.end() || found->second->expires <= std::chrono::steady_clock::now())
    return nullptr;
  return found->second;
}

void ResponseCache::keep(const std::string& key, Reply reply) {
  const auto size = cost(key, *reply);
  if (bytes_ + size > max_bytes_) {
    // Full of things that nobody may ask for again: begin anew, the busy ones are back in no time.
    replies_.clear();
    bytes_ = 0;
  }
  auto& kept = replies_[key];
  if (kept) bytes_ -= cost(key, *kept);
  kept = std::move(reply);
  bytes_ += size;
}

Task<ResponseCache::Reply> ResponseCache::get(std::string key, Fetch fetch) {
  if (auto kept = find(key)) co_return kept;
  if (const auto found = flights_.find(key);
      found != flights_.end() && found->second->generation == generation_) {
    const auto flight = found->second;
    boost::system::error_code ignored;
    while (!flight->reply && !flight->failure) {
      co_await flight->landed.async_wait(
          boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    if (flight->failure) std::rethrow_exception(flight->failure);
    co_return flight->reply;
  }
  const auto flight = flights_[key] = std::make_shared<Flight>(loop_, generation_);
  try {
    flight->reply = std::make_shared<const CachedReply>(co_await fetch());
  } catch (...) {
    flight->failure = std::current_exception();
  }
  land(key, flight);
  if (flight->failure) std::rethrow_exception(flight->failure);
  const bool fresh = flight->reply->expires > std::chrono::steady_clock::now();
  if (flight->generation == generation_ && fresh) keep(key, flight->reply);
  co_return flight->reply;
}

void ResponseCache::land(const std::string& key, const std::shared_ptr<Flight>& flight) {
  flight->landed.cancel();
  // Unless a later one has taken its place, after an event.
  if (const auto found = flights_.find(key); found != flights_.end() && found->second == flight)
    flights_.erase(found);
}

void ResponseCache::drop(std::string_view topic, const std::vector<std::string>& values) {
  ++generation_;
  std::erase_if(replies_, [&](const auto& entry) {
    const auto& [key, reply] = entry;
    const auto& topics = reply->route->rule.dropped_by();
    if (std::ranges::find(topics, topic) == topics.end()) return false;
    const bool list = reply->path_values.empty();
    const bool stale = list || std::ranges::any_of(reply->path_values, [&](const auto& value) {
                         return std::ranges::find(values, value) != values.end();
                       });
    if (stale) bytes_ -= cost(key, *reply);
    return stale;
  });
}

void ResponseCache::clear() {
  ++generation_;
  replies_.clear();
  bytes_ = 0;
}

}  // namespace souk::gateway
