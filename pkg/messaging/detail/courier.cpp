#include "messaging/detail/courier.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include "core/error.hpp"
#include "core/failpoint.hpp"

namespace souk::messaging::detail {
namespace {

using database::Bytes;
using database::Query;
using namespace std::chrono_literals;

/// Enough that a commit of the subscriber's is shared by many, few enough for one rpc.
constexpr std::size_t kMaxBatch = 200;
/// A courier that is not behind leaves so often. A delivery costs its subscriber ten statements and a commit,
/// of one event as of two hundred; the first event after a rest does not wait.
constexpr auto kLeastGap = 20ms;
/// gRPC refuses messages over 4 MB; the largest event has 1 MB.
constexpr std::size_t kMaxBatchBytes = 2'000'000;
/// With so many aggregates that wait, it is the subscriber that is ill: no more are tried
/// meanwhile.
constexpr std::size_t kMaxHolds = 1000;
constexpr auto kDatabaseTime = 3s;

// Nothing is lost where a crash undoes a delete: the events are delivered again and found in the
// inbox. So the delete need not wait for the disk. And the table is empty now and full a moment
// later, so the planner's statistics are always wrong: the index gives the oldest rows without a
// sort, in any case.
constexpr Query kSettings{"outbox.settings", R"(
  SELECT set_config('synchronous_commit', 'off', true), set_config('enable_seqscan', 'off', true),
         set_config('enable_sort', 'off', true),
         set_config('max_parallel_workers_per_gather', '0', true))"};
constexpr Query kDelete{"outbox.delete",
                        "DELETE FROM outbox WHERE subscriber = $1 AND seq = ANY($2::bigint[])"};
constexpr Query kRead{"outbox.read", R"(
  SELECT seq, event_id, topic, aggregate_id, tenant_id, occurred_at, traceparent, payload
  FROM outbox
  WHERE subscriber = $1 AND partition = ANY($2::smallint[]) AND aggregate_id <> ALL($3::text[])
  ORDER BY seq LIMIT $4)"};

std::vector<std::int64_t> members(PartitionSet set) {
  std::vector<std::int64_t> numbers;
  for (int i = 0; i < kPartitions; ++i) {
    if ((set >> static_cast<unsigned>(i)) & 1U) numbers.push_back(i);
  }
  return numbers;
}

common::v1::Event to_event(const database::Row& row) {
  common::v1::Event event;
  event.set_id(row.get<Uuid>("event_id").str());
  event.set_topic(row.get<std::string>("topic"));
  event.set_aggregate_id(row.get<std::string>("aggregate_id"));
  event.set_tenant_id(row.get<Uuid>("tenant_id").str());
  event.set_occurred_at_us(row.get<Time>("occurred_at").time_since_epoch().count());
  event.set_traceparent(row.get<std::string>("traceparent"));
  const auto payload = row.get<Bytes>("payload");
  event.set_payload(payload.data(), payload.size());
  return event;
}

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// Not the fault of any one event.
bool transient(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error.kind == Kind::unavailable || error.kind == Kind::deadline_exceeded;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

Courier::Courier(const runtime::ModuleContext& context, database::Database& database, Bus& bus,
                 std::string subscriber, const PartitionSet& held)
    : context_(context),
      database_(database),
      bus_(bus),
      subscriber_(std::move(subscriber)),
      held_(held),
      delivered_(context.metrics.counter("souk_events_delivered_total",
                                         "Events a subscriber accepted",
                                         {{"service", context.name}, {"subscriber", subscriber_}})),
      lag_(context.metrics.seconds("souk_event_lag_seconds", "From an event to its acceptance",
                                   {{"service", context.name}, {"subscriber", subscriber_}})),
      signal_(context.loop),
      batch_limit_(kMaxBatch) {}

void Courier::stop() {
  stopping_ = true;
  signal_.raise();
}

Task<> Courier::run() {
  while (!stopping_) {
    co_await signal_.wait(next_attempt());
    more_ = true;
    if (stopping_ || std::chrono::steady_clock::now() < next_attempt()) continue;
    std::exception_ptr failure;
    try {
      co_await round();
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure) pause(failure);
  }
  try {
    if (!accepted_.empty()) co_await take({});
  } catch (const std::exception& error) {
    context_.log.info("delivered events stay in the outbox and will be delivered again",
                      {{"subscriber", subscriber_}, {"reason", error.what()}});
  }
}

/// When there is something to do without being woken.
Courier::Deadline Courier::next_attempt() const {
  auto next = Deadline::max();
  if (more_ && holds_.size() < kMaxHolds) next = Deadline::min();
  return std::max({std::min(next, holds_.next()), paused_until_, gathers_until_});
}

/// Deletes what was accepted, reads the next batch and delivers it.
Task<> Courier::round() {
  const auto begun = std::chrono::steady_clock::now();
  const auto waiting = holds_.waiting();
  const auto batch = co_await take(waiting);
  drop_idle_holds(waiting, batch);
  more_ = !batch.seqs.empty();
  if (!more_) co_return;
  if (batch.seqs.size() < batch_limit_) gathers_until_ = begun + kLeastGap;
  co_await hand_over(batch);
  backoff_.reset();
  batch_limit_ = std::min(batch_limit_ * 2, kMaxBatch);
}

Task<Courier::Batch> Courier::take(const std::vector<std::string>& without) {
  const database::Scope scope{kEveryTenant, std::chrono::steady_clock::now() + kDatabaseTime};
  const auto rows = co_await database_.transact(
      scope, [&](database::Transaction& tx) { return forget_and_read(tx, without); });
  accepted_.clear();
  Batch batch;
  std::size_t bytes = 0;
  for (const auto& row : rows) {
    auto event = to_event(row);
    bytes += event.payload().size();
    if (bytes > kMaxBatchBytes && !batch.seqs.empty()) break;
    batch.seqs.push_back(row.get<std::int64_t>("seq"));
    batch.occurred_at.push_back(row.get<Time>("occurred_at"));
    *batch.request.add_events() = std::move(event);
  }
  co_return batch;
}

Task<database::Rows> Courier::forget_and_read(database::Transaction& tx,
                                              const std::vector<std::string>& without) {
  tx.queue(kSettings);
  if (!accepted_.empty()) tx.queue(kDelete, subscriber_, accepted_);
  const auto limit = stopping_ ? 0 : static_cast<std::int64_t>(batch_limit_);
  co_return co_await tx.query(kRead, subscriber_, members(held_), without, limit);
}

Task<> Courier::hand_over(const Batch& batch) {
  common::v1::DeliverReply reply;
  std::exception_ptr failure;
  try {
    reply = co_await bus_.deliver(subscriber_, batch.request);
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && batch.seqs.size() == 1 && !transient(failure)) {
    // What fails on its own and for no reason of the moment is this event's fault.
    *reply.add_outcomes()->mutable_reason() = reason_of(failure);
    failure = nullptr;
  }
  if (failure) std::rethrow_exception(failure);
  SOUK_FAILPOINT("outbox.after_publish", std::chrono::steady_clock::now() + kDatabaseTime);
  settle(batch, reply);
}

void Courier::settle(const Batch& batch, const common::v1::DeliverReply& reply) {
  const auto now = context_.clock.now();
  std::set<std::string> refused;
  for (int i = 0; i < batch.request.events_size(); ++i) {
    const auto& event = batch.request.events(i);
    if (i < reply.outcomes_size() && reply.outcomes(i).accepted()) {
      const auto at = static_cast<std::size_t>(i);
      accepted_.push_back(batch.seqs[at]);
      holds_.release(event.aggregate_id());
      delivered_.Increment();
      lag_.Observe(std::chrono::duration<double>(now - batch.occurred_at[at]).count());
      continue;
    }
    if (refused.empty()) {  // one line a batch: when all are refused, it is for one reason
      context_.log.warn(
          "event not accepted",
          {{"event", event.id()},
           {"topic", event.topic()},
           {"subscriber", subscriber_},
           {"reason", i < reply.outcomes_size() ? reply.outcomes(i).reason() : "no outcome"}});
    }
    if (refused.insert(event.aggregate_id()).second) {
      holds_.hold(event.aggregate_id(), context_.random);
    }
  }
}

/// Ends the holds whose rows are gone (another relay may have delivered them).
void Courier::drop_idle_holds(const std::vector<std::string>& waiting, const Batch& batch) {
  std::set<std::string_view> live{waiting.begin(), waiting.end()};
  for (const auto& event : batch.request.events()) live.insert(event.aggregate_id());
  holds_.keep([&](const std::string& aggregate) { return live.contains(aggregate); });
}

void Courier::pause(const std::exception_ptr& failure) {
  paused_until_ = std::chrono::steady_clock::now() + backoff_.next(context_.random);
  batch_limit_ = std::max<std::size_t>(batch_limit_ / 2, 1);
  context_.log.warn("subscriber cannot be served now",
                    {{"subscriber", subscriber_}, {"reason", reason_of(failure)}});
}

}  // namespace souk::messaging::detail
