#pragma once

#include <functional>
#include <string>

#include "internal/middleware/response_cache.hpp"
#include "internal/routing/route.hpp"
#include "middleware/metrics.hpp"
#include "runtime/task.hpp"

namespace souk::gateway {

/// Where a loop's ResponseCache gets what it does not have. One per HTTP loop, used on that loop.
class SecondLevel {
 public:
  /// Asks the service for the body.
  using FetchBody = std::function<Task<std::string>()>;

  virtual ~SecondLevel() = default;

  /// The reply to `key`, one of `match`'s route. Throws what `fetch` throws and nothing else.
  virtual Task<CachedReply> get(std::string key, Match match, FetchBody fetch) = 0;
};

/// There is none: every process keeps its own replies.
class NoSecondLevel final : public SecondLevel {
 public:
  explicit NoSecondLevel(Metrics& metrics);
  Task<CachedReply> get(std::string key, Match match, FetchBody fetch) override;

 private:
  prometheus::Counter& fetches_;
};

/// souk_cache_replies_total{from}: "loop", "redis" or "service". Whoever waits for another's fetch is not
/// counted.
prometheus::Counter& cache_replies(Metrics& metrics, const char* from);

}  // namespace souk::gateway
