#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/events.pb.h"
#include "messaging/detail/broker.hpp"
#include "messaging/detail/holds.hpp"
#include "messaging/detail/signal.hpp"
#include "messaging/subscription.hpp"
#include "runtime/task_group.hpp"

namespace souk::messaging::detail {

/// What has arrived from a broker and is not done with: gives it to the sink, a batch at a time, the
/// oldest first. Nothing is ever handed back to the broker to come again, for it would come out of
/// order: an event that is not accepted waits here, and the later ones of its aggregate behind it.
/// The Source keeps the number of those that are here bounded. What cannot be read at all is put into
/// the dead letters, and is done with once they have it.
///
/// Owned by a Subscription, on its loop.
class Intake {
 public:
  Intake(const runtime::ModuleContext& context, Source& source, Subscription::Sink sink);

  void arrived(Arrival arrival);
  /// What is left of the lane will come again elsewhere.
  void ended(std::uint64_t lane);

  void start();
  /// Ends after the delivery in hand.
  Task<> stop();

 private:
  struct Entry {
    Place place;
    common::v1::Event event;
  };

  Task<> run();
  std::vector<Entry> next_batch();
  Task<> hand_over(std::vector<Entry> batch);
  Task<common::v1::DeliverReply> deliver(const std::vector<Entry>& batch);
  void settle(std::vector<Entry> batch, const common::v1::DeliverReply& reply);
  Task<> bury(Arrival arrival);
  void show() const;

  const runtime::ModuleContext& context_;
  Source& source_;
  Subscription::Sink sink_;
  prometheus::Gauge& unacked_;
  prometheus::Counter& unreadable_;

  std::deque<Entry> waiting_;  ///< in the order of arrival
  std::size_t in_hand_ = 0;
  std::set<std::uint64_t> lanes_;  ///< those that have not ended
  Holds holds_;                    ///< each of an aggregate that has an entry
  Signal signal_;
  std::unique_ptr<Publisher> dead_letters_;  ///< made for the first of them
  runtime::TaskGroup running_;
  bool stopping_ = false;
};

}  // namespace souk::messaging::detail
