#pragma once

#include <optional>

#include "internal/middleware/second_level.hpp"
#include "internal/middleware/shared_deadline.hpp"
#include "middleware/metrics.hpp"
#include "redis/client.hpp"

namespace souk::gateway {

/// Replies that all replicas of the gateway share in Redis, for as long as ResponseCache keeps them.
///
/// A reply is kept with the versions of what it shows, as they were before it was fetched, and is given
/// out only while they still are the present ones. Both is decided in Redis, in one step: so a fetch that
/// a drop() has overtaken is handed out and kept nowhere, however slow it was and wherever it ran.
/// Without Redis (away, slow) it is as if there were no second level.
class RedisSecondLevel final : public SecondLevel {
 public:
  /// `redis` belongs to the same loop; both references outlive this.
  RedisSecondLevel(redis::Client& redis, Metrics& metrics);

  Task<CachedReply> get(std::string key, Match match, FetchBody fetch) override;

  /// Gives what an event changed new versions and publishes `news` on `channel`, in one step: a replica
  /// that hears of it finds nothing stale in here. Where Redis is away nothing happens. `redis` may be any
  /// client; `version` is like no other.
  static Task<> drop(redis::Client& redis, std::string topic, std::vector<std::string> names,
                     std::string version, std::string channel, std::string news);

 private:
  struct Found {
    std::optional<std::string> body;
    std::chrono::milliseconds life{0};    ///< of the body
    std::optional<std::string> versions;  ///< absent: Redis did not answer
    std::uint64_t connection = 0;         ///< on which it did
  };

  Task<Found> find(std::vector<std::string> keys);
  Task<bool> keep(std::vector<std::string> keys, const Found& found, const std::string& body);

  redis::Client& redis_;
  prometheus::Counter& hits_;
  prometheus::Counter& fetches_;
  prometheus::Counter& overtaken_;
};

}  // namespace souk::gateway
