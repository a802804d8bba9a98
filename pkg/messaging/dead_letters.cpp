#include <algorithm>
#include <exception>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "messaging/consumer.hpp"
#include "messaging/detail/inbox.hpp"

// What an operator does with dead letters: the other two methods of EventSink.
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
  const std::vector<std::string> ids{request.ids().begin(), request.ids().end()};
  const auto queues =
      co_await database_.query(Scope{kEveryTenant, call.deadline}, kQueues, ids.empty(), ids);
  common::v1::ReplayDeadLettersReply reply;
  for (const auto& row : queues) {
    const Scope scope{row.get<TenantId>("tenant_id"), call.deadline};
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
