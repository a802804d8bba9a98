#include "internal/middleware/request_metrics.hpp"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

namespace souk::gateway {
namespace {

prometheus::Counter& requests(Metrics& metrics, const std::string& route, int status) {
  return metrics.counter("souk_http_requests_total", "HTTP requests that were answered",
                         {{"route", route}, {"status", std::to_string(status)}});
}

}  // namespace

void RequestMetrics::record(const Route* route, int status,
                            std::chrono::steady_clock::duration took) {
  auto& series = series_of(route);
  series.seconds->Observe(std::chrono::duration<double>(took).count());
  auto& counter = series.by_status[status];
  if (counter == nullptr) counter = &requests(metrics_, series.label, status);
  counter->Increment();
}

void RequestMetrics::record_refused(Metrics& metrics, int status) {
  requests(metrics, "refused", status).Increment();
}

RequestMetrics::Series& RequestMetrics::series_of(const Route* route) {
  if (const auto found = series_.find(route); found != series_.end()) return found->second;
  const auto label = route == nullptr
                         ? std::string{"other"}
                         : fmt::format("{} {}", http::name(route->method), route->path);
  auto& seconds =
      metrics_.seconds("souk_http_seconds", "Time to answer an HTTP request", {{"route", label}});
  return series_.try_emplace(route, Series{label, &seconds, {}}).first->second;
}

}  // namespace souk::gateway
