#include "messaging/consumer.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <prometheus/counter.h>

#include "common/options.pb.h"
#include "core/failpoint.hpp"
#include "messaging/detail/broker.hpp"
#include "messaging/detail/inbox.hpp"
#include "security/token.hpp"

namespace souk::messaging {
namespace {

using common::v1::Event;
using common::v1::Outcome;
using database::Scope;
using database::Transaction;

/// A failure that passes by itself is over by then; one that does not must not hold up its
/// aggregate's publisher for longer.
constexpr int kMaxAttempts = 5;

constexpr const char* kParkedReason = "waits behind an earlier dead letter of its aggregate";

Outcome accepted() {
  Outcome outcome;
  outcome.set_accepted(true);
  return outcome;
}

Outcome refused(const std::string& reason) {
  Outcome outcome;
  outcome.set_accepted(failpoint::planted("consumer.refusal_accepted"));
  outcome.set_reason(reason);
  return outcome;
}

/// Part of what is left: what stalls must leave time for the others. It shows where the events do.
Scope part_of(const rpc::Call& call, std::span<const Delivery> deliveries, int divisor) {
  return {deliveries.front().info.tenant,
          std::chrono::steady_clock::now() + call.time_left() / divisor,
          trace_of_batch(deliveries, [](const Delivery& each) { return each.info.trace; })};
}

}  // namespace

std::optional<EventInfo> Consumer::read_envelope(const Event& event, Random& random) {
  const auto id = Uuid::parse(event.id());
  const auto tenant = Uuid::parse(event.tenant_id());
  if (!id || !tenant || TenantId{*tenant} == kEveryTenant) return std::nullopt;
  return EventInfo{.id = EventId{*id},
                   .topic = event.topic(),
                   .aggregate_id = event.aggregate_id(),
                   .tenant = TenantId{*tenant},
                   .occurred_at = Time{std::chrono::microseconds{event.occurred_at_us()}},
                   .trace = Trace::join(event.traceparent(), random)};
}

Consumer::Consumer(const runtime::ModuleContext& context, database::Database& database)
    : database_(database),
      wire_(context.wire),
      log_(context.log),
      name_(context.name),
      bus_(context.settings.text("SOUK_BUS")),
      applied_(context.metrics.counter("souk_events_applied_total", "Events applied",
                                       {{"service", name_}})),
      failed_(context.metrics.counter("souk_events_failed_total",
                                      "Attempts to apply an event that failed for its own sake",
                                      {{"service", name_}})),
      buried_(context.metrics.counter("souk_dead_letters_total", "Events that became dead letters",
                                      {{"service", name_}})),
      page_tokens_(context.key),
      service_("souk.common.v1.EventSink", context.loop, wire_, log_),
      subscription_(
          context, Audience::one_replica,
          [this](const common::v1::DeliverRequest& request) { return take_in(request); }) {
  service_.bind("Deliver", this, &Consumer::deliver);
  service_.bind("ListDeadLetters", this, &Consumer::list_dead_letters);
  service_.bind("ReplayDeadLetters", this, &Consumer::replay_dead_letters);
  service_.bind("InspectDeadLetters", this, &Consumer::inspect_dead_letters);
  service_.bind("RetryDeadLetters", this, &Consumer::retry_dead_letters);
}

void Consumer::subscribe(const google::protobuf::Descriptor& event, Effect effect) {
  const auto& rule = event.options().GetExtension(common::v1::event);
  if (std::ranges::find(rule.subscribers(), name_) == rule.subscribers().end()) {
    throw std::logic_error{
        fmt::format("{} does not name {} as a subscriber", event.full_name(), name_)};
  }
  if (!effects_.emplace(rule.topic(), Subscribed{&event, std::move(effect)}).second) {
    throw std::logic_error{rule.topic() + " has two effects"};
  }
}

/// From a broker.
Task<common::v1::DeliverReply> Consumer::take_in(const common::v1::DeliverRequest& request) {
  auto call = rpc::Call::background(name_, detail::kDeliveryTime, wire_.random);
  co_return co_await deliver(call, request);
}

Task<common::v1::DeliverReply> Consumer::deliver(rpc::Call& call,
                                                 const common::v1::DeliverRequest& request) {
  Outcomes outcomes;
  std::map<const Event*, Span> spans;
  std::map<TenantId, std::vector<Delivery>> by_tenant;  // a transaction has one tenant
  for (const auto& event : request.events()) {
    if (auto info = read_envelope(event, wire_.random)) {
      if (wire_.tracer != nullptr) spans.emplace(&event, span_of(*info));
      by_tenant[info->tenant].push_back({std::move(*info), &event});
    } else {
      outcomes[&event] = co_await bury_unreadable(call.deadline, event);
    }
  }
  for (const auto& [tenant, deliveries] : by_tenant) {
    co_await deliver_of_tenant(call, deliveries, outcomes);
  }
  SOUK_FAILPOINT("consumer.after_effect", call.deadline);
  common::v1::DeliverReply reply;
  for (const auto& event : request.events()) *reply.add_outcomes() = outcomes[&event];
  for (auto& [event, span] : spans) {
    if (!outcomes[event].accepted()) span.fail("refused");
  }
  co_return reply;
}

Span Consumer::span_of(const EventInfo& info) const {
  Span span{wire_.tracer, info.trace, SpanKind::consumer, name_, "process " + info.topic};
  span.set("messaging.system", bus_);
  span.set("messaging.operation.type", "process");
  span.set("messaging.operation.name", "process");
  span.set("messaging.destination.name", info.topic);
  span.set("messaging.consumer.group.name", name_);
  span.set("messaging.message.id", info.id.str());
  return span;
}

Task<> Consumer::deliver_of_tenant(const rpc::Call& call, const std::vector<Delivery>& deliveries,
                                   Outcomes& outcomes) {
  if (deliveries.size() > 1 && co_await apply_together(part_of(call, deliveries, 3), deliveries)) {
    for (const auto& delivery : deliveries) outcomes[delivery.event] = accepted();
    co_return;
  }
  std::set<std::string> stuck;
  for (const auto& delivery : deliveries) {
    const auto& aggregate = delivery.info.aggregate_id;
    if (stuck.contains(aggregate)) {
      outcomes[delivery.event] = refused("waits for an earlier event of its aggregate");
      continue;
    }
    const auto outcome = co_await apply_alone(part_of(call, {&delivery, 1}, 4), delivery);
    if (!outcome.accepted()) stuck.insert(aggregate);
    outcomes[delivery.event] = outcome;
  }
}

Task<bool> Consumer::apply_together(Scope scope, const std::vector<Delivery>& deliveries) {
  try {
    co_await database_.transact(scope, [&](Transaction& tx) { return apply_in(tx, deliveries); });
    co_return true;
  } catch (const std::exception& error) {
    log_.info("events will be applied one by one", {{"service", name_}, {"reason", error.what()}});
    co_return false;
  }
}

Task<Outcome> Consumer::apply_alone(Scope scope, const Delivery& delivery) {
  bool hopeless = false;
  std::string reason;
  try {
    co_await database_.transact(
        scope, [&](Transaction& tx) { return apply_in(tx, std::span{&delivery, 1}); });
    co_return accepted();
  } catch (const Error& error) {
    reason = error.what();
    if (error.kind == Kind::unavailable || error.kind == Kind::deadline_exceeded)
      co_return refused(reason);
    hopeless = error.code == "malformed_event";
  } catch (const std::exception& error) {
    reason = error.what();
  }
  co_return co_await count_failure(scope, delivery, hopeless, std::move(reason));
}

/// Records the events and has the effects of those that are new, all in the caller's transaction.
Task<> Consumer::apply_in(Transaction& tx, std::span<const Delivery> deliveries) {
  std::vector<EventId> ids;
  std::set<std::string> aggregates;
  for (const auto& delivery : deliveries) {
    ids.push_back(delivery.info.id);
    aggregates.insert(delivery.info.aggregate_id);
  }
  auto fresh = co_await detail::claim(tx, std::move(ids));
  if (fresh.empty()) co_return;
  auto parked = co_await detail::parked(tx, aggregates);
  std::vector<Delivery> run;  // of one topic
  for (const auto& delivery : deliveries) {
    if (fresh.erase(delivery.info.id) == 0) continue;  // applied before, or twice in this batch
    const auto& aggregate = delivery.info.aggregate_id;
    if (parked.contains(aggregate)) {
      bury(tx, *delivery.event, kParkedReason, 0);
      continue;
    }
    if (!effects_.contains(delivery.info.topic)) {
      bury(tx, *delivery.event, "the topic is unknown here", 1);
      parked.insert(aggregate);
      continue;
    }
    if (!run.empty() && run.back().info.topic != delivery.info.topic) {
      co_await run_effect(tx, run);
      run.clear();
    }
    run.push_back(delivery);
  }
  if (!run.empty()) co_await run_effect(tx, run);
}

Task<> Consumer::run_effect(Transaction& tx, std::span<const Delivery> run) {
  const auto effect = effects_.find(run.front().info.topic);
  if (effect == effects_.end()) {
    throw Error{Kind::internal, "unknown_topic", "The topic is unknown here."};
  }
  co_await effect->second.effect(tx, run);
  tx.on_commit([this, count = run.size()] { applied_.Increment(static_cast<double>(count)); });
}

Task<Outcome> Consumer::count_failure(Scope scope, const Delivery& delivery, bool hopeless,
                                      std::string reason) {
  failed_.Increment();
  log_.warn(delivery.info.trace, "event failed",
            {{"service", name_},
             {"event", delivery.event->id()},
             {"topic", delivery.info.topic},
             {"reason", reason}});
  try {
    co_return co_await database_.transact(
        scope, [&](Transaction& tx) { return count_failure_in(tx, delivery, hopeless, reason); });
  } catch (const std::exception& error) {
    co_return refused(error.what());
  }
}

Task<Outcome> Consumer::count_failure_in(Transaction& tx, const Delivery& delivery, bool hopeless,
                                         const std::string& reason) {
  const auto attempts = co_await detail::count_failure(tx, delivery.info.id);
  if (!attempts) co_return accepted();  // another delivery of it was applied meanwhile
  if (!hopeless && *attempts < kMaxAttempts) co_return refused(reason);
  co_await detail::claim(tx, {delivery.info.id});
  bury(tx, *delivery.event, reason, *attempts);
  co_return accepted();
}

/// An envelope without an id or a tenant has no place in the inbox. It is kept under a name that
/// its bytes give it, so that it is kept once.
Task<Outcome> Consumer::bury_unreadable(rpc::Deadline deadline, Event event) {
  const auto digest = security::token_digest(event.SerializeAsString());
  event.set_id(fmt::format("unreadable-{:02x}", fmt::join(digest, "")));
  const auto tenant = Uuid::parse(event.tenant_id());
  const auto everyone = !tenant || TenantId{*tenant} == kEveryTenant;
  const Scope scope{everyone ? kDefaultTenant : TenantId{*tenant}, deadline};
  const auto body = [](Consumer& self, Transaction& tx, const Event& what) -> Task<> {
    self.bury(tx, what, "the envelope cannot be read", 1);
    co_return;
  };
  try {
    co_await database_.transact(scope, [&](Transaction& tx) { return body(*this, tx, event); });
    co_return accepted();
  } catch (const std::exception& error) {
    co_return refused(error.what());
  }
}

void Consumer::bury(Transaction& tx, const Event& event, const std::string& reason, int attempts) {
  detail::bury(tx, event, reason, attempts);
  tx.on_commit([this, id = event.id(), topic = event.topic(), reason] {
    buried_.Increment();
    log_.error("event became a dead letter",
               {{"service", name_}, {"event", id}, {"topic", topic}, {"reason", reason}});
  });
}

}  // namespace souk::messaging
