#pragma once

#include <memory>
#include <vector>

#include "runtime/module.hpp"
#include "runtime/process.hpp"

namespace souk::runtime {

struct HostOptions {
  /// True: each module's gRPC server also listens on its port (a process of its own).
  bool listen = false;
  /// Operations port; 0 = a free one, negative = none.
  int ops_port = -1;
  /// Threads that serve public HTTP.
  int http_threads = 2;
};

/// Runs any set of modules in this process: an event loop and a gRPC server each, channels between
/// them in memory, channels to the others over TCP, one operations port. Used from one thread (main).
class Host {
 public:
  Host(Process& process, std::vector<ModuleSpec> specs, HostOptions options);
  /// Drops whatever stop() has not ended.
  ~Host();

  /// Starts every module; throws what the first that fails throws.
  void start();
  /// Ready or not, as /readyz says it.
  bool ready();
  /// Not ready, and for SOUK_STOP_NOTICE_MS all goes on -> gateway drained -> rpcs drained -> jobs ended.
  /// Within SOUK_DRAIN_MS more and a little.
  void stop();

  /// For the command line: a channel to a service, hosted here or elsewhere.
  rpc::Channel& channel(std::string_view service);
  /// The bound operations port.
  int ops_port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace souk::runtime
