#pragma once

#include <functional>
#include <memory>

#include "http/server.hpp"
#include "middleware/metrics.hpp"
#include "runtime/event_loop.hpp"

namespace souk::runtime {

/// The operations port of a process: /healthz (alive), /readyz (its database, bus and cache answer),
/// /metrics (Prometheus text). Never public. Lives on a loop of its own, so that it answers while the
/// modules are busy. Owned by the Host.
class Operations {
 public:
  /// `ready` throws Error{unavailable} that says what is missing.
  using Ready = std::function<Task<>()>;

  Operations(const Clock& clock, const Metrics& metrics, std::string address, int port,
             Ready ready);
  ~Operations();

  int port() const { return server_.port(); }

 private:
  Task<http::Response> answer(const http::Request& request);

  const Metrics& metrics_;
  Ready ready_;
  EventLoop loop_;
  http::Server server_;
};

}  // namespace souk::runtime
