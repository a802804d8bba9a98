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
  SELECT $1, subscriber, $3, $4, $5, $6, $7, $8 FROM unnest($2::text[]) AS subscriber)"};

}  // namespace

int partition_of(std::string_view aggregate_id) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char byte : aggregate_id)
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x01000193;
  return static_cast<int>(hash % kPartitions);
}

void Outbox::publish(database::Transaction& tx, const rpc::Call& call,
                     const std::string& aggregate_id, const google::protobuf::Message& event) {
  const auto& type = *event.GetDescriptor();
  const auto& rule = type.options().GetExtension(common::v1::event);
  if (rule.topic().empty()) throw std::logic_error{type.full_name() + " is no event"};
  if (rule.subscribers().empty() || failpoint::planted("outbox.not_written")) return;
  const auto bytes = event.SerializeAsString();
  if (bytes.size() > kMaxEventBytes) {
    throw std::logic_error{fmt::format("{} of {} bytes is too large", rule.topic(), bytes.size())};
  }
  const auto partition = partition_of(aggregate_id);
  Publication publication{
      .partitions = static_cast<PartitionSet>(1U << static_cast<unsigned>(partition)),
      .subscribers = {rule.subscribers().begin(), rule.subscribers().end()}};
  tx.queue(kInsert, ids_.next(), publication.subscribers, partition, rule.topic(), aggregate_id,
           call.trace.traceparent(), clock_.now(), Bytes{bytes.begin(), bytes.end()});
  tx.on_commit([this, publication = std::move(publication)] {
    if (wake_) wake_(publication);
  });
}

}  // namespace souk::messaging
