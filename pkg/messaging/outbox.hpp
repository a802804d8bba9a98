#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/message.h>

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "database/transaction.hpp"
#include "middleware/tracer.hpp"
#include "runtime/call.hpp"

namespace souk::messaging {

/// Into how many parts an outbox is split; each is carried by one relay at a time, and a relay takes
/// what is free. Replicas of different versions run side by side, so the number never changes.
inline constexpr int kPartitions = 16;

/// A set of partitions, one bit each.
using PartitionSet = std::uint16_t;

/// The partition of an aggregate's events, the same in every process (FNV-1a).
int partition_of(std::string_view aggregate_id);

/// What a commit has put into the outbox.
struct Publication {
  PartitionSet partitions = 0;
  std::set<std::string> subscribers;

  void add(int partition, const std::vector<std::string>& of_event) {
    partitions = static_cast<PartitionSet>(partitions | 1U << static_cast<unsigned>(partition));
    subscribers.insert(of_event.begin(), of_event.end());
  }
};

/// An event on its way into the outbox.
struct Outgoing {
  /// Reads what it needs of the call and the event. Throws std::logic_error for a message that is no event, or is
  /// larger than 1 MB.
  Outgoing(const rpc::Call& call, std::string aggregate_id, const google::protobuf::Message& event);

  std::string topic;
  std::vector<std::string> subscribers;
  std::string aggregate_id;
  Trace trace;
  database::Bytes payload;
};

/// Puts events into the database in the same commit as the change that they tell of. The topic and
/// the subscribers stand in the event's proto (EventRule): one outbox row per subscriber. Owned by
/// a module, used on its loop; the Relay of the same module carries the rows away.
class Outbox {
 public:
  Outbox(IdGenerator& ids, const Clock& clock) : ids_(ids), clock_(clock) {}

  /// Queues the rows in `tx`. Events of one aggregate are delivered in the order of their commits,
  /// which holds as long as the transaction that publishes has the aggregate's row locked (or is
  /// its creator). Throws as Outgoing does.
  void publish(database::Transaction& tx, const rpc::Call& call, const std::string& aggregate_id,
               const google::protobuf::Message& event);
  /// Many with one statement, in this order.
  void publish(database::Transaction& tx, std::vector<Outgoing> events);

  /// Each event gets a span of its own, made by `service`, and is delivered as below that.
  void trace_with(Tracer* tracer, std::string service, std::string bus) {
    tracing_ = {tracer, std::move(service), std::move(bus)};
  }

  /// `wake` is called on the loop after each commit that published; the Relay listens here.
  void on_published(std::function<void(const Publication&)> wake) { wake_ = std::move(wake); }

 private:
  struct Tracing {
    Tracer* tracer = nullptr;
    std::string service;
    std::string bus;
  };

  /// Where the event belongs; the span is recorded if `tx` commits.
  Trace announce(database::Transaction& tx, const Outgoing& event, EventId id) const;

  IdGenerator& ids_;
  const Clock& clock_;
  Tracing tracing_;
  std::function<void(const Publication&)> wake_;
};

}  // namespace souk::messaging
