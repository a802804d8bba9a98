#include "messaging/outbox.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "common/options.pb.h"
#include "core/failpoint.hpp"

namespace souk::messaging {
namespace {

using database::Bytes;
using database::Query;

/// A delivery has to fit into a gRPC message (4 MB), the largest event too.
constexpr std::size_t kMaxEventBytes = 1'000'000;

constexpr Query kInsert{"outbox.insert", R"(
  INSERT INTO outbox (event_id, subscriber, partition, topic, aggregate_id, traceparent, occurred_at,
                      payload)
  SELECT e.event_id, s.subscriber, e.partition, e.topic, e.aggregate_id, e.traceparent, $8, e.payload
  FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bytea[])
       WITH ORDINALITY
       AS e (event_id, subscribers, partition, topic, aggregate_id, traceparent, payload, n),
       LATERAL string_to_table(e.subscribers, ',') AS s (subscriber)
  ORDER BY e.n)"};

}  // namespace

int partition_of(std::string_view aggregate_id) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char byte : aggregate_id)
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x01000193;
  return static_cast<int>(hash % kPartitions);
}

Outgoing::Outgoing(const rpc::Call& call, std::string aggregate,
                   const google::protobuf::Message& event)
    : aggregate_id(std::move(aggregate)), trace(call.trace) {
  const auto& type = *event.GetDescriptor();
  const auto& rule = type.options().GetExtension(common::v1::event);
  if (rule.topic().empty()) throw std::logic_error{type.full_name() + " is no event"};
  topic = rule.topic();
  subscribers.assign(rule.subscribers().begin(), rule.subscribers().end());
  payload.resize(event.ByteSizeLong());
  if (payload.size() > kMaxEventBytes) {
    throw std::logic_error{fmt::format("{} of {} bytes is too large", topic, payload.size())};
  }
  event.SerializeToArray(payload.data(), static_cast<int>(payload.size()));
}

void Outbox::publish(database::Transaction& tx, const rpc::Call& call,
                     const std::string& aggregate_id, const google::protobuf::Message& event) {
  publish(tx, {Outgoing{call, aggregate_id, event}});
}

void Outbox::publish(database::Transaction& tx, std::vector<Outgoing> events) {
  std::erase_if(events, [](const Outgoing& event) { return event.subscribers.empty(); });
  if (events.empty() || failpoint::planted("outbox.not_written")) return;
  std::vector<EventId> ids;
  std::vector<std::string> subscribers, topics, aggregates, traces;
  std::vector<int> partitions;
  std::vector<Bytes> payloads;
  Publication publication;
  for (auto& event : events) {
    ids.emplace_back(ids_.next());
    traces.push_back(announce(tx, event, ids.back()).traceparent());
    subscribers.push_back(fmt::format("{}", fmt::join(event.subscribers, ",")));
    partitions.push_back(partition_of(event.aggregate_id));
    publication.add(partitions.back(), event.subscribers);
    topics.push_back(std::move(event.topic));
    aggregates.push_back(std::move(event.aggregate_id));
    payloads.push_back(std::move(event.payload));
  }
  tx.queue(kInsert, ids, subscribers, partitions, topics, aggregates, traces, payloads,
           clock_.now());
  tx.on_commit([this, publication = std::move(publication)] {
    if (wake_) wake_(publication);
  });
}

Trace Outbox::announce(database::Transaction& tx, const Outgoing& event, EventId id) const {
  if (tracing_.tracer == nullptr || !event.trace.exists()) return event.trace;
  SpanData span;
  span.trace = tracing_.tracer->below(event.trace);
  span.kind = SpanKind::producer;
  span.service = tracing_.service;
  span.name = "publish " + event.topic;
  span.start = tracing_.tracer->now();
  span.attributes = {{"messaging.system", tracing_.bus},
                     {"messaging.operation.type", "send"},
                     {"messaging.operation.name", "publish"},
                     {"messaging.destination.name", event.topic},
                     {"messaging.message.id", id.str()}};
  const auto trace = span.trace;
  tx.on_commit([tracer = tracing_.tracer, span = std::move(span)]() mutable {
    span.end = tracer->now();
    tracer->record(std::move(span));
  });
  return trace;
}

}  // namespace souk::messaging
