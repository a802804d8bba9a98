#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "common/events.pb.h"
#include "core/error.hpp"
#include "database/database.hpp"
#include "messaging/subscription.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "runtime/module.hpp"
#include "runtime/page_token.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::messaging {

/// What a subscriber is told about an event beside its message.
struct EventInfo {
  EventId id;
  std::string topic;
  std::string aggregate_id;
  TenantId tenant;
  Time occurred_at;
  Trace trace;
};

/// An event as it was delivered. Points into the request.
struct Delivery {
  EventInfo info;
  const common::v1::Event* event;
};

/// The same with its message read.
template <class E>
struct Received {
  EventInfo info;
  E event;
};

/// The receiving end of events: serves EventSink for a module, which publishers call (the direct bus)
/// and operators; and takes what a broker has for it, where SOUK_BUS names one. Each event's effect is applied once:
/// the inbox row and the effect are one commit. An event that fails again and again (not because a
/// dependency is down: that is retried for ever) goes to `dead_letters` with its reason, and later
/// events of the same aggregate queue up behind it there; everything else flows on.
///
/// Events that come together are applied in one transaction; if that fails, each in one of its own,
/// so that only the culprit is held back.
///
/// Owned by a module, lives on its loop.
class Consumer {
 public:
  Consumer(const runtime::ModuleContext& context, database::Database& database);

  /// Registers the effect of an event, before start. It runs inside the transaction that records
  /// the event; it makes no network call, and can run more than once (only one run is committed).
  /// Throws std::logic_error where E does not name this service as a subscriber, or has an effect
  /// already.
  template <class E>
  void on(std::function<Task<>(database::Transaction&, const EventInfo&, const E&)> effect) {
    on_batch<E>([effect = std::move(effect)](database::Transaction& tx,
                                             const std::vector<Received<E>>& events) {
      return one_by_one<E>(effect, tx, events);
    });
  }

  /// The same for events of one topic that came in a row, oldest first: for effects that can be had
  /// with fewer statements for many than for each.
  template <class E>
  void on_batch(
      std::function<Task<>(database::Transaction&, const std::vector<Received<E>>&)> effect) {
    subscribe(*E::descriptor(), [effect = std::move(effect)](database::Transaction& tx,
                                                             std::span<const Delivery> deliveries) {
      return apply<E>(effect, tx, deliveries);
    });
  }

  /// To be registered with the module's server.
  rpc::Service& service() { return service_; }

  /// Begins to take from the broker; returns at once. With the direct bus there is nothing to do.
  void start() { subscription_.start(); }
  /// Ends after the events in hand.
  Task<> stop() { return subscription_.stop(); }

 private:
  using Effect = std::function<Task<>(database::Transaction&, std::span<const Delivery>)>;
  struct Subscribed {
    const google::protobuf::Descriptor* event;
    Effect effect;
  };
  using Outcomes = std::map<const common::v1::Event*, common::v1::Outcome>;

  template <class E>
  static Task<> one_by_one(
      const std::function<Task<>(database::Transaction&, const EventInfo&, const E&)>& effect,
      database::Transaction& tx, const std::vector<Received<E>>& events) {
    for (const auto& received : events) co_await effect(tx, received.info, received.event);
  }

  template <class E>
  static Task<> apply(
      const std::function<Task<>(database::Transaction&, const std::vector<Received<E>>&)>& effect,
      database::Transaction& tx, std::span<const Delivery> deliveries) {
    std::vector<Received<E>> events;
    for (const auto& delivery : deliveries) {
      auto& received = events.emplace_back(Received<E>{delivery.info, {}});
      if (!received.event.ParseFromString(delivery.event->payload())) {
        throw Error{Kind::malformed, "malformed_event", "The event's payload cannot be read."};
      }
    }
    co_await effect(tx, events);
  }

  /// Empty where the envelope cannot be read.
  static std::optional<EventInfo> read_envelope(const common::v1::Event& event, Random& random);

  void subscribe(const google::protobuf::Descriptor& event, Effect effect);

  Task<common::v1::DeliverReply> deliver(rpc::Call& call,
                                         const common::v1::DeliverRequest& request);
  Task<common::v1::DeliverReply> take_in(const common::v1::DeliverRequest& request);
  Task<common::v1::ListDeadLettersReply> list_dead_letters(
      rpc::Call& call, const common::v1::ListDeadLettersRequest& request);
  Task<common::v1::ReplayDeadLettersReply> replay_dead_letters(
      rpc::Call& call, const common::v1::ReplayDeadLettersRequest& request);
  Task<common::v1::InspectDeadLettersReply> inspect_dead_letters(
      rpc::Call& call, const common::v1::InspectDeadLettersRequest& request);
  Task<common::v1::ReplayDeadLettersReply> retry_dead_letters(
      rpc::Call& call, const common::v1::RetryDeadLettersRequest& request);
  Task<common::v1::ReplayDeadLettersReply> replay(database::Scope sight,
                                                  std::vector<std::string> ids);
  common::v1::InspectedDeadLetter inspected(const database::Row& row) const;

  Span span_of(const EventInfo& info) const;
  Task<> deliver_of_tenant(const rpc::Call& call, const std::vector<Delivery>& deliveries,
                           Outcomes& outcomes);
  Task<bool> apply_together(database::Scope scope, const std::vector<Delivery>& deliveries);
  Task<common::v1::Outcome> apply_alone(database::Scope scope, const Delivery& delivery);
  Task<> apply_in(database::Transaction& tx, std::span<const Delivery> deliveries);
  Task<> run_effect(database::Transaction& tx, std::span<const Delivery> run);
  Task<common::v1::Outcome> count_failure(database::Scope scope, const Delivery& delivery,
                                          bool hopeless, std::string reason);
  Task<common::v1::Outcome> count_failure_in(database::Transaction& tx, const Delivery& delivery,
                                             bool hopeless, const std::string& reason);
  Task<common::v1::Outcome> bury_unreadable(rpc::Deadline deadline, common::v1::Event event);
  void bury(database::Transaction& tx, const common::v1::Event& event, const std::string& reason,
            int attempts);

  Task<> replay_aggregate(database::Scope scope, const std::string& aggregate,
                          common::v1::ReplayDeadLettersReply& reply);
  Task<bool> replay_next(database::Transaction& tx, const std::string& aggregate);

  database::Database& database_;
  rpc::Wire wire_;
  Log& log_;
  std::string name_;
  std::string bus_;
  prometheus::Counter& applied_;
  prometheus::Counter& failed_;
  prometheus::Counter& buried_;
  std::map<std::string, Subscribed, std::less<>> effects_;  // by topic
  runtime::PageTokens page_tokens_;
  rpc::Service service_;
  Subscription subscription_;
};

}  // namespace souk::messaging
