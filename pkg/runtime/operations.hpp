#pragma once

#include <functional>
#include <memory>

#include "http/server.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/process.hpp"

namespace souk::runtime {

/// The operations port of a process: /healthz (alive), /readyz (its database, bus and cache answer),
/// /metrics (Prometheus text), /loglevel (GET, and PUT {"level": "debug"}). Never public. Lives on a loop of
/// its own, so that it answers while the modules are busy. Owned by the Host.
class Operations {
 public:
  struct Answers {
    /// Throws Error{unavailable} that says what is missing.
    std::function<Task<>()> ready;
    /// Brings up to date what is looked at only when it is asked for.
    std::function<void()> measure;
  };

  Operations(Process& process, int port, Answers answers);
  ~Operations();

  int port() const { return server_.port(); }

 private:
  Task<http::Response> answer(const http::Request& request);
  http::Response log_level(const http::Request& request);

  Process& process_;
  Answers answers_;
  EventLoop loop_;
  http::Server server_;
};

}  // namespace souk::runtime
