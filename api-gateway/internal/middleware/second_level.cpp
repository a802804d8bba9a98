#include "internal/middleware/second_level.hpp"

#include <prometheus/counter.h>

namespace souk::gateway {

prometheus::Counter& cache_replies(Metrics& metrics, const char* from) {
  return metrics.counter("souk_cache_replies_total", "Cacheable replies, by where they came from",
                         {{"from", from}});
}

NoSecondLevel::NoSecondLevel(Metrics& metrics) : fetches_(cache_replies(metrics, "service")) {}

Task<CachedReply> NoSecondLevel::get(std::string, Match match, FetchBody fetch) {
  fetches_.Increment();
  co_return make_cached(co_await fetch(), match);
}

}  // namespace souk::gateway
