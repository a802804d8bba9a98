#pragma once

#include <memory>

#include "database/database.hpp"
#include "messaging/outbox.hpp"
#include "runtime/module.hpp"

namespace souk::messaging {

/// Carries a module's outbox rows to their subscribers and deletes what they accepted. The outbox
/// is split into partitions by a hash of the aggregate; a relay works on those whose advisory lock
/// it holds, so however many replicas run, each aggregate's events go out in order. Replicas share
/// the partitions evenly, within seconds of one coming or going. Woken by the
/// Outbox of the same process, by NOTIFY from other replicas, and by a slow poll that covers a lost
/// wake-up.
///
/// A subscriber that is away costs its own rows a backoff; an event that was not accepted holds
/// back its own aggregate only.
///
/// Owned by a module, lives on its loop. The Outbox outlives it.
class Relay {
 public:
  Relay(const runtime::ModuleContext& context, database::Database& database, Outbox& outbox);
  ~Relay();

  /// Begins; returns at once. A database that is away is waited for.
  void start();
  /// Ends the deliveries and gives the partitions to another replica. Then it may be destroyed.
  Task<> stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
  Outbox& outbox_;
};

}  // namespace souk::messaging
