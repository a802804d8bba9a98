#include "messaging/relay.hpp"

#include <algorithm>
#include <bit>
#include <exception>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <prometheus/gauge.h>

#include "core/error.hpp"
#include "database/session.hpp"
#include "messaging/bus.hpp"
#include "messaging/detail/courier.hpp"

namespace souk::messaging {
namespace {

using database::Query;
using detail::Courier;
using namespace std::chrono_literals;

/// Finds relays that have come or gone, locks that were given up, and rows whose wake-up was lost.
constexpr auto kPoll = 1s;
/// NOTIFY takes a lock of the whole server at commit: so at most 100 of them a second, on their
/// own.
constexpr auto kNotifyPause = 10ms;
constexpr auto kDatabaseTime = 3s;
/// For deliveries in hand: a broker that answers does so in milliseconds.
constexpr auto kStopPatience = 500ms;
constexpr std::int64_t kLockClass = 0x6f757462;      // "outb": keeps clear of other advisory locks
constexpr std::int64_t kPresenceClass = 0x72656c79;  // "rely"

constexpr Query kListen{"relay.listen", "LISTEN souk_outbox"};
constexpr Query kNotify{"relay.notify", "NOTIFY souk_outbox"};
// Held shared by every relay of this outbox, for as long as its session lives.
constexpr Query kAnnounce{"relay.announce", "SELECT pg_advisory_lock_shared($1::int, 0)"};
constexpr Query kStanding{"relay.standing", R"(
  SELECT classid::bigint AS class, objid::int AS number FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid::bigint = ANY ($1)
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"};
constexpr Query kUnlock{
    "relay.unlock", "SELECT pg_advisory_unlock($2::int, number) FROM unnest($1::int[]) AS number"};
constexpr Query kLock{"relay.lock", R"(
  SELECT number FROM unnest($1::int[]) AS number WHERE pg_try_advisory_lock($2::int, number))"};
// One jump along the index per subscriber; a large backlog is not counted to its end.
constexpr Query kSurvey{"relay.survey", R"(
  WITH RECURSIVE names AS (
    (SELECT subscriber FROM outbox ORDER BY subscriber LIMIT 1)
    UNION ALL
    SELECT (SELECT o.subscriber FROM outbox o WHERE o.subscriber > names.subscriber
            ORDER BY o.subscriber LIMIT 1)
    FROM names WHERE names.subscriber IS NOT NULL)
  SELECT subscriber, (SELECT count(*) FROM (
           SELECT FROM outbox o WHERE o.subscriber = names.subscriber LIMIT 10000) counted) AS backlog,
         (SELECT occurred_at FROM outbox o WHERE o.subscriber = names.subscriber
          ORDER BY seq LIMIT 1) AS oldest
  FROM names WHERE subscriber IS NOT NULL)"};

bool holds(PartitionSet set, int partition) {
  return ((set >> static_cast<unsigned>(partition)) & 1U) != 0;
}

PartitionSet just(int partition) {
  return static_cast<PartitionSet>(1U << static_cast<unsigned>(partition));
}

std::vector<std::int64_t> members(PartitionSet set) {
  std::vector<std::int64_t> numbers;
  for (int i = 0; i < kPartitions; ++i) {
    if (holds(set, i)) numbers.push_back(i);
  }
  return numbers;
}

/// The first `count` members.
PartitionSet first_of(PartitionSet set, int count) {
  PartitionSet some = 0;
  for (int i = 0; i < kPartitions && count > 0; ++i) {
    if (!holds(set, i)) continue;
    some |= just(i);
    --count;
  }
  return some;
}

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + kDatabaseTime;
}

}  // namespace

class Relay::Impl : public std::enable_shared_from_this<Relay::Impl> {
 public:
  Impl(const runtime::ModuleContext& context, database::Database& database)
      : context_(context),
        database_(database),
        bus_(make_bus(context)),
        poll_pause_(context.loop),
        idle_(context.loop) {}

  void start() { spawn(keep()); }
  Task<> stop();
  void published(const Publication& publication);

 private:
  /// Everything that runs is counted, so that stop() can wait for it.
  void spawn(Task<> task);
  static Task<> counted(std::shared_ptr<Impl> self, Task<> task);

  Task<> keep();
  Task<> hold_session();
  Task<> share();
  Task<> let_go();
  Task<> take(PartitionSet wanted);
  Task<> survey();
  Task<> notify();
  Courier& courier(const std::string& subscriber);

  const runtime::ModuleContext context_;
  database::Database& database_;
  const std::unique_ptr<Bus> bus_;  // outlives the couriers
  std::unique_ptr<database::Session> session_;
  PartitionSet held_ = 0;
  PartitionSet leaving_ = 0;  ///< locked still, but no longer worked on
  std::map<std::string, Courier> couriers_;
  detail::Backoff backoff_;
  detail::Signal poll_pause_;
  detail::Signal idle_;
  bool notify_pending_ = false;
  bool stopping_ = false;
  int running_ = 0;
};

void Relay::Impl::spawn(Task<> task) {
  ++running_;
  boost::asio::co_spawn(context_.loop, counted(shared_from_this(), std::move(task)),
                        boost::asio::detached);
}

Task<> Relay::Impl::counted(std::shared_ptr<Impl> self, Task<> task) {
  co_await std::move(task);
  --self->running_;
  self->idle_.raise();
}

/// Holds a session with the database, and opens another whenever it is lost.
Task<> Relay::Impl::keep() {
  while (!stopping_) {
    std::string problem;
    try {
      co_await hold_session();
    } catch (const std::exception& error) {
      problem = error.what();
    }
    held_ = leaving_ = 0;
    session_.reset();
    if (stopping_) break;
    context_.log.warn("the relay lost its database session", {{"reason", problem}});
    co_await poll_pause_.wait(std::chrono::steady_clock::now() + backoff_.next(context_.random));
  }
}

Task<> Relay::Impl::hold_session() {
  session_ = co_await database_.open_session(soon());
  co_await session_->query(soon(), kListen);
  co_await session_->query(soon(), kAnnounce, kPresenceClass);
  backoff_.reset();
  while (!stopping_) {
    co_await share();
    const auto next = std::chrono::steady_clock::now() + kPoll;
    do {
      co_await survey();
    } while (co_await session_->notified(next));
  }
}

/// Holds its share of the partitions, as many as fall to each of the relays that live: takes free ones up to
/// it, gives up what is beyond it. A replica that dies gives up all of its own.
Task<> Relay::Impl::share() {
  co_await let_go();
  int relays = 0;
  PartitionSet free = static_cast<PartitionSet>(~PartitionSet{0});
  const std::vector<std::int64_t> classes{kLockClass, kPresenceClass};
  // Even with nothing to ask for: that is how a lost session shows.
  for (const auto& row : co_await session_->query(soon(), kStanding, classes)) {
    if (row.get<std::int64_t>("class") == kPresenceClass) {
      ++relays;
    } else {
      free &= static_cast<PartitionSet>(~just(row.get<std::int32_t>("number")));
    }
  }
  const int fair = (kPartitions + relays - 1) / std::max(relays, 1);
  const int own = std::popcount(held_);
  if (own < fair) co_await take(first_of(free, fair - own));
  if (own > fair) {
    leaving_ = first_of(held_, own - fair);
    held_ &= static_cast<PartitionSet>(~leaving_);
  }
}

/// A poll after it stopped to work on them, when what was on its way has arrived. Where it has not, it comes
/// twice, and the subscriber's inbox knows it.
Task<> Relay::Impl::let_go() {
  if (leaving_ == 0) co_return;
  co_await session_->query(soon(), kUnlock, members(leaving_), kLockClass);
  leaving_ = 0;
}

Task<> Relay::Impl::take(PartitionSet wanted) {
  if (wanted == 0) co_return;
  for (const auto& row : co_await session_->query(soon(), kLock, members(wanted), kLockClass))
    held_ |= just(row.get<std::int32_t>("number"));
}

/// Wakes the couriers that have something to do, and measures.
Task<> Relay::Impl::survey() {
  const database::Scope scope{kEveryTenant, soon()};
  struct Waiting {
    std::int64_t events = 0;
    std::chrono::duration<double> oldest{};
  };
  std::map<std::string, Waiting> backlog;
  for (const auto& [name, courier] : couriers_) backlog[name] = {};
  for (const auto& row : co_await database_.query(scope, kSurvey)) {
    // Delivered between the one look at it and the other: it has no age any more.
    const auto oldest = row.get<std::optional<Time>>("oldest").value_or(context_.clock.now());
    backlog[row.get<std::string>("subscriber")] = {row.get<std::int64_t>("backlog"),
                                                   context_.clock.now() - oldest};
  }
  for (const auto& [name, waiting] : backlog) {
    const Metrics::Labels labels{{"service", context_.name}, {"subscriber", name}};
    context_.metrics
        .gauge("souk_outbox_backlog", "Events not delivered yet (10000: that many or more)", labels)
        .Set(static_cast<double>(waiting.events));
    context_.metrics.gauge("souk_outbox_oldest_seconds", "Age of the oldest of them", labels)
        .Set(std::max(0.0, waiting.oldest.count()));
    if (waiting.events > 0 && !stopping_) courier(name).wake();
  }
}

/// The same process wakes itself; a replica that holds the partition has to be told.
void Relay::Impl::published(const Publication& publication) {
  if (stopping_) return;
  if ((publication.partitions & held_) != 0) {
    for (const auto& subscriber : publication.subscribers) courier(subscriber).wake();
  }
  if ((publication.partitions & ~held_) != 0 && !notify_pending_) {
    notify_pending_ = true;
    spawn(notify());
  }
}

Task<> Relay::Impl::notify() {
  boost::asio::steady_timer pause{context_.loop, kNotifyPause};
  co_await pause.async_wait(boost::asio::use_awaitable);
  notify_pending_ = false;
  try {
    co_await database_.query(database::Scope{kEveryTenant, soon()}, kNotify);
  } catch (const Error& error) {  // the others poll
    context_.log.warn("NOTIFY failed", {{"reason", error.what()}});
  }
}

Courier& Relay::Impl::courier(const std::string& subscriber) {
  const auto [found, added] =
      couriers_.try_emplace(subscriber, context_, database_, *bus_, subscriber, held_);
  if (added) spawn(found->second.run());
  return found->second;
}

Task<> Relay::Impl::stop() {
  stopping_ = true;
  if (session_) session_->interrupt();
  poll_pause_.raise();
  for (auto& [name, courier] : couriers_) courier.stop();
  auto patience = std::chrono::steady_clock::now() + kStopPatience;
  while (running_ > 0) {
    co_await idle_.wait(patience);
    if (std::chrono::steady_clock::now() < patience) continue;
    bus_->cancel();  // what has not been accepted by now is delivered after the next start
    patience = std::chrono::steady_clock::time_point::max();
  }
  co_await bus_->stop();
}

Relay::Relay(const runtime::ModuleContext& context, database::Database& database, Outbox& outbox)
    : impl_(std::make_shared<Impl>(context, database)), outbox_(outbox) {
  outbox_.on_published(
      [impl = impl_.get()](const Publication& publication) { impl->published(publication); });
  outbox_.trace_with(context.wire.tracer, context.name, context.settings.text("SOUK_BUS"));
}

Relay::~Relay() { outbox_.on_published({}); }

void Relay::start() { impl_->start(); }

Task<> Relay::stop() { return impl_->stop(); }

}  // namespace souk::messaging
