#include "internal/server/request_span.hpp"

#include <fmt/format.h>

#include "internal/routing/route.hpp"

namespace souk::gateway {
namespace {

/// What a stranger sends as a path may be 8 KB long.
constexpr std::size_t kLongestPath = 256;

}  // namespace

Trace request_trace(const http::Request& request, const Tracer* tracer, Random& random) {
  const auto trace = Trace::join(request.headers.get("traceparent").value_or(""), random);
  return tracer != nullptr ? tracer->decide(trace) : trace;
}

Span request_span(Tracer* tracer, const Exchange& exchange, std::string_view service,
                  std::string_view scheme) {
  const auto& http = exchange.http;
  const auto method = http.head_only ? std::string_view{"HEAD"} : http::name(http.method);
  Span span{tracer, exchange.trace, SpanKind::server, service, method};
  if (span) {
    span.set("http.request.method", method);
    span.set("url.scheme", scheme);
    span.set("url.path", std::string_view{http.path}.substr(0, kLongestPath));
  }
  return span;
}

void note_reply(Span& span, Log& log, const Exchange& exchange, int status,
                std::chrono::steady_clock::duration took) {
  const auto* route = exchange.route;
  if (span) {
    span.set("http.response.status_code", std::int64_t{status});
    if (route != nullptr) {
      span.set("http.route", route->path);
      span.rename(fmt::format("{} {}", http::name(route->method), route->path));
    }
    if (status >= 500) span.fail(std::to_string(status));
  }
  if (log.writes(Log::Level::debug)) {
    log.debug(exchange.trace, "request",
              {{"method", http::name(exchange.http.method)},
               {"route", route != nullptr ? std::string_view{route->path} : "other"},
               {"status", std::int64_t{status}},
               {"ms", std::chrono::duration<double, std::milli>(took).count()}});
  }
}

}  // namespace souk::gateway
