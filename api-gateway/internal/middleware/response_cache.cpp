#include "internal/middleware/response_cache.hpp"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::gateway {
namespace {

/// Per HTTP loop. A page of 20 products has about 10 kB.
constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;

std::size_t cost(const std::string& key, const CachedReply& reply) {
  return key.size() + reply.body->size() + 256;
}

}  // namespace

ResponseCache::Reply ResponseCache::find(const std::string& key) {
  const auto found = replies_.find(key);
  if (found == replies_.end() || found->second->expires <= std::chrono::steady_clock::now())
    return nullptr;
  return found->second;
}

void ResponseCache::keep(const std::string& key, Reply reply) {
  const auto size = cost(key, *reply);
  if (bytes_ + size > kMaxBytes) {
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
  if (const auto found = flights_.find(key); found != flights_.end()) {
    const auto flight = found->second;
    boost::system::error_code ignored;
    while (!flight->reply && !flight->failure) {
      co_await flight->landed.async_wait(
          boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    if (flight->failure) std::rethrow_exception(flight->failure);
    co_return flight->reply;
  }
  const auto flight = flights_[key] = std::make_shared<Flight>(loop_);
  const auto generation = generation_;
  try {
    flight->reply = std::make_shared<const CachedReply>(co_await fetch());
  } catch (...) {
    flight->failure = std::current_exception();
  }
  flights_.erase(key);
  flight->landed.cancel();
  if (flight->failure) std::rethrow_exception(flight->failure);
  if (generation == generation_) keep(key, flight->reply);
  co_return flight->reply;
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

}  // namespace souk::gateway
