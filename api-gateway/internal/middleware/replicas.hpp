#pragma once

#include <functional>
#include <string>
#include <vector>

#include "internal/middleware/redis_neighbours.hpp"
#include "internal/middleware/replica_line.hpp"
#include "internal/middleware/shared_limit.hpp"
#include "runtime/job.hpp"

namespace souk::gateway {

/// This replica of the gateway among the others, where REDIS_URL names what they share: it passes on
/// which replies events made stale and which sessions ended, and settles what limits let through.
///
/// Owned by the Gateway, on the module's loop; the references outlive it. start() before the
/// authenticator's; stop() after every request has ended.
class Replicas {
 public:
  struct Handlers {
    /// An event, here or elsewhere, made cached replies stale.
    std::function<void(const std::string& topic, const std::vector<std::string>& names)> on_dropped;
    /// Such news may have been missed.
    std::function<void()> on_gap;
  };

  Replicas(const runtime::ModuleContext& context, const redis::Address& address,
           Authenticator& authenticator, std::vector<SharedLimit*> limits, Handlers handlers);

  void start();
  Task<> stop();

  /// Makes stale what all replicas share, and tells them, this one included.
  void tell_dropped(const std::string& topic, const std::vector<std::string>& names);

 private:
  void on_dropped(const std::string& text) const;
  Task<> drop(std::string topic, std::vector<std::string> names, std::string news);
  Task<> settle_limits();

  Random& random_;
  std::vector<SharedLimit*> limits_;
  Handlers handlers_;
  ReplicaLine line_;
  RedisNeighbours neighbours_;
  runtime::Job settling_;
};

}  // namespace souk::gateway
