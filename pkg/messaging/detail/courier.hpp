#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "common/events.pb.h"
#include "database/database.hpp"
#include "messaging/bus.hpp"
#include "messaging/detail/backoff.hpp"
#include "messaging/detail/holds.hpp"
#include "messaging/detail/signal.hpp"
#include "messaging/outbox.hpp"
#include "runtime/module.hpp"

namespace souk::messaging::detail {

/// Takes one subscriber's rows out of the outbox to the bus, a batch at a time, oldest first, and
/// deletes what was accepted there. Owned by the Relay, on its loop.
///
/// | what happens                     | then                                               |
/// |----------------------------------|----------------------------------------------------|
/// | the subscriber cannot be reached | its rows wait, longer each time; smaller batches   |
/// | an event is not accepted         | the rows of its aggregate wait, longer each time   |
/// | the relay dies before the delete | delivered again; the subscriber's inbox knows them |
class Courier {
 public:
  /// `held` are the partitions whose locks the relay has just now.
  Courier(const runtime::ModuleContext& context, database::Database& database, Bus& bus,
          std::string subscriber, const PartitionSet& held);

  /// There may be new rows.
  void wake() { signal_.raise(); }
  /// Lets run() end after the delivery in hand.
  void stop();

  Task<> run();

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  struct Batch {
    std::vector<std::int64_t> seqs;
    std::vector<Time> occurred_at;
    common::v1::DeliverRequest request;
  };

  Task<> round();
  Task<Batch> take(const std::vector<std::string>& without);
  Task<database::Rows> forget_and_read(database::Transaction& tx,
                                       const std::vector<std::string>& without);
  Task<> hand_over(const Batch& batch);
  void settle(const Batch& batch, const common::v1::DeliverReply& reply);
  void pause(const std::exception_ptr& failure);
  void drop_idle_holds(const std::vector<std::string>& waiting, const Batch& batch);
  Deadline next_attempt() const;

  const runtime::ModuleContext& context_;
  database::Database& database_;
  Bus& bus_;
  std::string subscriber_;
  const PartitionSet& held_;
  prometheus::Counter& delivered_;
  prometheus::Histogram& lag_;

  Signal signal_;
  bool stopping_ = false;
  bool more_ = true;                    ///< there may be rows that nobody has looked at
  std::vector<std::int64_t> accepted_;  ///< to be deleted with the next read
  Holds holds_;
  Deadline paused_until_{};
  Deadline gathers_until_{};  ///< so that what comes one by one goes out together
  Backoff backoff_;
  std::size_t batch_limit_;
};

}  // namespace souk::messaging::detail
