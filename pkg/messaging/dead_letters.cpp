#include <algorithm>
#include <exception>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "messaging/consumer.hpp"
#include "messaging/detail/inbox.hpp"
#include "messaging/detail/payload_json.hpp"
#include "runtime/proto_values.hpp"

// What is done with dead letters: the other methods of EventSink.
namespace souk::messaging {
namespace {

using database::Query;
using database::Scope;
using database::Transaction;

constexpr int kDefaultLimit = 100;
constexpr int kMaxLimit = 1000;

constexpr Query kList{"dead_letters.list", R"(
  SELECT event_id, topic, aggregate_id, reason, attempts, dead_at FROM dead_letters
  ORDER BY seq LIMIT $1)"};
constexpr Query kQueues{"dead_letters.queues", R"(
  SELECT tenant_id, aggregate_id FROM dead_letters
  WHERE $1 OR event_id = ANY($2::text[])
  GROUP BY tenant_id, aggregate_id ORDER BY min(seq))"};

constexpr Query kPage{"dead_letters.page", R"(
  SELECT seq, event_id, topic, aggregate_id, event, reason, attempts, dead_at FROM dead_letters
  WHERE seq > $1 AND ($2 = '' OR topic = $2) ORDER BY seq LIMIT $3)"};

common::v1::DeadLetter to_proto(const database::Row& row) {
  common::v1::DeadLetter letter;
  letter.set_id(row.get<std::string>("event_id"));
  letter.set_topic(row.get<std::string>("topic"));
  letter.set_aggregate_id(row.get<std::string>("aggregate_id"));
  letter.set_reason(row.get<std::string>("reason"));
  letter.set_attempts(row.get<std::int32_t>("attempts"));
  letter.set_dead_at_us(row.get<Time>("dead_at").time_since_epoch().count());
  return letter;
}

}  // namespace

Task<common::v1::ListDeadLettersReply> Consumer::list_dead_letters(
    rpc::Call& call, const common::v1::ListDeadLettersRequest& request) {
  const auto limit = request.limit() <= 0 ? kDefaultLimit : std::min(request.limit(), kMaxLimit);
  common::v1::ListDeadLettersReply reply;
  const auto rows = co_await database_.query(Scope{kEveryTenant, call.deadline}, kList, limit);
  for (const auto& row : rows) *reply.add_items() = to_proto(row);
  co_return reply;
}

Task<common::v1::ReplayDeadLettersReply> Consumer::replay_dead_letters(
    rpc::Call& call, const common::v1::ReplayDeadLettersRequest& request) {
  return replay({kEveryTenant, call.deadline}, {request.ids().begin(), request.ids().end()});
}

// People look at their own tenant's, and at what they see alone.
Task<common::v1::InspectDeadLettersReply> Consumer::inspect_dead_letters(
    rpc::Call& call, const common::v1::InspectDeadLettersRequest& request) {
  const auto list =
      fmt::format("dead letters/{}/{}/{}", name_, call.identity.tenant.str(), request.topic());
  const auto after = page_tokens_.read(list, request.page_token());
  const auto size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  const auto from = after ? std::stoll(after->at(0)) : 0LL;
  const auto rows =
      co_await database_.query(call.scope(), kPage, std::int64_t{from}, request.topic(), size + 1);
  common::v1::InspectDeadLettersReply reply;
  std::int64_t last = 0;
  for (const auto& row : rows) {
    if (reply.items_size() == size) {
      reply.set_next_page_token(page_tokens_.make(list, {std::to_string(last)}));
      break;
    }
    last = row.get<std::int64_t>("seq");
    *reply.add_items() = inspected(row);
  }
  co_return reply;
}

Task<common::v1::ReplayDeadLettersReply> Consumer::retry_dead_letters(
    rpc::Call& call, const common::v1::RetryDeadLettersRequest& request) {
  return replay(call.scope(), {request.ids().begin(), request.ids().end()});
}

common::v1::InspectedDeadLetter Consumer::inspected(const database::Row& row) const {
  common::v1::InspectedDeadLetter letter;
  letter.set_id(row.get<std::string>("event_id"));
  letter.set_topic(row.get<std::string>("topic"));
  letter.set_aggregate_id(row.get<std::string>("aggregate_id"));
  letter.set_reason(row.get<std::string>("reason"));
  letter.set_attempts(row.get<std::int32_t>("attempts"));
  *letter.mutable_dead_at() = rpc::to_proto(row.get<Time>("dead_at"));
  common::v1::Event event;
  const auto bytes = row.get<database::Bytes>("event");
  if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return letter;
  *letter.mutable_occurred_at() =
      rpc::to_proto(Time{std::chrono::microseconds{event.occurred_at_us()}});
  const auto known = effects_.find(letter.topic());
  letter.set_payload(
      detail::payload_json(event, known == effects_.end() ? nullptr : known->second.event));
  return letter;
}

/// All of them where none is named.
Task<common::v1::ReplayDeadLettersReply> Consumer::replay(Scope sight,
                                                          std::vector<std::string> ids) {
  const auto queues = co_await database_.query(sight, kQueues, ids.empty(), ids);
  common::v1::ReplayDeadLettersReply reply;
  for (const auto& row : queues) {
    const Scope scope{row.get<TenantId>("tenant_id"), sight.deadline};
    co_await replay_aggregate(scope, row.get<std::string>("aggregate_id"), reply);
  }
  co_return reply;
}

/// From its oldest letter on, until one fails again or none is left.
Task<> Consumer::replay_aggregate(Scope scope, const std::string& aggregate,
                                  common::v1::ReplayDeadLettersReply& reply) {
  std::string reason;
  try {
    while (co_await database_.transact(
        scope, [&](Transaction& tx) { return replay_next(tx, aggregate); })) {
      reply.set_replayed(reply.replayed() + 1);
    }
    co_return;
  } catch (const std::exception& error) {
    reason = error.what();
  }
  reply.set_failed(reply.failed() + 1);
  log_.warn("replay failed", {{"service", name_}, {"aggregate", aggregate}, {"reason", reason}});
  const auto body = [](Transaction& tx, const std::string& name, const std::string& why) -> Task<> {
    detail::fail_letter(tx, name, why);
    co_return;
  };
  co_await database_.transact(scope, [&](Transaction& tx) { return body(tx, aggregate, reason); });
}

/// False if there was none.
Task<bool> Consumer::replay_next(Transaction& tx, const std::string& aggregate) {
  const auto letter = co_await detail::oldest_letter(tx, aggregate);
  if (!letter) co_return false;
  const auto info = read_envelope(letter->event, wire_.random);
  if (!info) throw Error{Kind::malformed, "malformed_event", "The envelope cannot be read."};
  const Delivery delivery{*info, &letter->event};
  co_await run_effect(tx, std::span{&delivery, 1});
  detail::remove_letter(tx, letter->seq);
  co_return true;
}

}  // namespace souk::messaging
