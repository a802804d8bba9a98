#pragma once

#include <chrono>
#include <map>
#include <string>
#include <unordered_map>

#include "internal/routing/route.hpp"
#include "middleware/metrics.hpp"

namespace souk::gateway {

/// Rate, errors and duration per route: souk_http_requests_total{route,status}, souk_http_seconds{route}.
/// Looks a series up the first time it is needed and keeps it: one per HTTP loop, not thread-safe. The
/// label is the route's pattern ("GET /api/v1/orders/{id}"), never a path, so that no client makes series.
class RequestMetrics {
 public:
  /// `metrics` outlives it.
  explicit RequestMetrics(Metrics& metrics) : metrics_(metrics) {}

  /// `route`: null for what is no rpc (pages, keys, unknown paths), which counts as "other".
  void record(const Route* route, int status, std::chrono::steady_clock::duration took);

  /// A request that the HTTP server turned down unrouted, as "refused". Any thread; looks its series up.
  static void record_refused(Metrics& metrics, int status);

 private:
  struct Series {
    std::string label;
    prometheus::Histogram* seconds;
    std::map<int, prometheus::Counter*> by_status;
  };

  Series& series_of(const Route* route);

  Metrics& metrics_;
  std::unordered_map<const Route*, Series> series_;
};

}  // namespace souk::gateway
