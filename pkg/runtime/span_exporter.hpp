#pragma once

#include <future>
#include <string>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

#include "http/client.hpp"
#include "middleware/log.hpp"
#include "middleware/tracer.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/otlp.hpp"

namespace souk::runtime {

/// Takes what the tracer has to export to an OpenTelemetry collector, or to Jaeger: OTLP over HTTP, as JSON, in
/// batches. A collector that is away is tried again for a while; spans that it does not take are lost and counted.
///
/// Owned by the process. On a thread of its own, which gives way to those that shoppers wait for. The destructor
/// delivers what is left, for two seconds at most.
class SpanExporter {
 public:
  /// `endpoint`: base URL of the collector ("http://localhost:4318"). Throws std::invalid_argument for one that is none.
  SpanExporter(Tracer& tracer, Metrics& metrics, Log& log, TraceResource resource,
               std::string_view endpoint);
  ~SpanExporter();
  SpanExporter(const SpanExporter&) = delete;
  SpanExporter& operator=(const SpanExporter&) = delete;

 private:
  enum class Reply { taken, refused, later };

  Task<> run();
  Task<> deliver(const std::vector<SpanData>& batch);
  Task<Reply> post(const std::string& body);
  Task<> pause(std::chrono::milliseconds time);
  void outage(std::string_view reason);

  Tracer& tracer_;
  Log& log_;
  const TraceResource resource_;
  prometheus::Counter& exported_;
  EventLoop loop_;
  http::Client client_;
  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point give_up_at_ = std::chrono::steady_clock::time_point::max();
  bool stopping_ = false;
  bool away_ = false;  ///< said so already
  std::future<void> ended_;
};

}  // namespace souk::runtime
