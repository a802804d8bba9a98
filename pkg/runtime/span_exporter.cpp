#include "runtime/span_exporter.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <prometheus/counter.h>

namespace souk::runtime {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

/// As OpenTelemetry's own batch processor has it.
constexpr std::size_t kBatch = 512;
/// The tracer's queue is emptied so often: it holds more than a busy process makes meanwhile.
constexpr auto kInterval = 200ms;
constexpr auto kRequestTime = 5s;
/// How long a batch waits for a collector that is away: meanwhile the queue fills up, and then drops.
constexpr auto kRetryPause = 1s;
constexpr int kDeliveryAttempts = 5;
constexpr auto kStopTime = 2s;
constexpr int kNiceness = 5;

}  // namespace

SpanExporter::SpanExporter(Tracer& tracer, Metrics& metrics, Log& log, TraceResource resource,
                           std::string_view endpoint)
    : tracer_(tracer),
      log_(log),
      resource_(std::move(resource)),
      exported_(metrics.counter("souk_spans_exported_total", "Spans that the collector has taken")),
      loop_("spans", kNiceness),
      client_(loop_.context(), endpoint, {.max_connections = 1}),
      timer_(loop_.context()),
      ended_(boost::asio::co_spawn(loop_.context(), run(), boost::asio::use_future)) {}

SpanExporter::~SpanExporter() {
  boost::asio::post(loop_.context(), [this] {
    stopping_ = true;
    give_up_at_ = Steady::now() + kStopTime;
    timer_.cancel();
  });
  ended_.wait();
}

Task<> SpanExporter::run() {
  for (bool last = false; !last;) {
    if (!stopping_) co_await pause(kInterval);
    last = stopping_;  // and what was queued until then is still delivered
    for (auto batch = tracer_.take(kBatch); !batch.empty(); batch = tracer_.take(kBatch))
      co_await deliver(batch);
  }
}

Task<> SpanExporter::deliver(const std::vector<SpanData>& batch) {
  const auto body = otlp_json(resource_, batch);
  for (int attempt = 1; attempt <= kDeliveryAttempts && Steady::now() < give_up_at_; ++attempt) {
    const auto reply = co_await post(body);
    if (reply == Reply::taken) co_return exported_.Increment(static_cast<double>(batch.size()));
    if (reply == Reply::refused) break;
    if (!stopping_) co_await pause(kRetryPause);
  }
  tracer_.lost(batch.size());
}

Task<SpanExporter::Reply> SpanExporter::post(const std::string& body) {
  http::ClientRequest request{.method = http::Method::post, .target = "/v1/traces", .body = body};
  request.headers.add("Content-Type", "application/json");
  request.idempotent = true;  // a collector knows spans by their ids
  request.deadline = std::min(Steady::now() + kRequestTime, give_up_at_);
  try {
    const auto response = co_await client_.request(std::move(request));
    if (response.status >= 200 && response.status < 300) {
      if (std::exchange(away_, false)) log_.info("spans are exported again");
      co_return Reply::taken;
    }
    outage(std::to_string(response.status));
    // OTLP names these, and no others, as worth another attempt.
    const bool passes =
        response.status == 429 || (response.status >= 502 && response.status <= 504);
    co_return passes ? Reply::later : Reply::refused;
  } catch (const http::ClientError& error) {
    outage(error.cause);
    co_return Reply::later;
  }
}

Task<> SpanExporter::pause(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  boost::system::error_code woken;
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

void SpanExporter::outage(std::string_view reason) {
  if (!std::exchange(away_, true)) log_.warn("spans cannot be exported", {{"reason", reason}});
}

}  // namespace souk::runtime
