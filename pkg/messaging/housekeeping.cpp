#include "messaging/housekeeping.hpp"

#include <chrono>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <prometheus/gauge.h>

#include "messaging/detail/signal.hpp"
#include "runtime/idempotency.hpp"

namespace souk::messaging {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 1h;
/// As often as anybody looks at it.
constexpr auto kMeasurePause = 15s;
constexpr auto kInboxAge = 30 * 24h;
/// API.md promises 24 h.
constexpr auto kIdempotencyAge = 24h;
constexpr auto kTimeLimit = 1min;

/// Keeps each statement short.
constexpr std::int64_t kChunk = 5000;
constexpr database::Query kPurgeInbox{"inbox.purge", R"(
  DELETE FROM inbox WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM inbox WHERE received_at < $1 LIMIT $2)))"};

// The inbox has millions of rows: what the planner believes is good enough.
constexpr database::Query kMeasure{"housekeeping.measure", R"(
  SELECT (SELECT count(*) FROM (SELECT FROM dead_letters LIMIT 10000) counted) AS dead_letters,
         (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'inbox'::regclass) AS inbox)"};

}  // namespace

class Housekeeping::Impl {
 public:
  Impl(const runtime::ModuleContext& context, database::Database& database)
      : loop_(context.loop),
        clock_(context.clock),
        log_(context.log),
        database_(database),
        dead_letters_(context.metrics.gauge("souk_dead_letters",
                                            "Events that were set aside (10000: that many or more)",
                                            {{"service", context.name}})),
        inbox_(context.metrics.gauge("souk_inbox_rows", "Events that are remembered, roughly",
                                     {{"service", context.name}})),
        wake_(context.loop),
        ended_(context.loop) {}

  void start(const std::shared_ptr<Impl>& self) {
    running_ = true;
    boost::asio::co_spawn(loop_, run(self), boost::asio::detached);
  }

  Task<> stop() {
    stopping_ = true;
    wake_.raise();
    while (running_) co_await ended_.wait();
  }

  Task<> clean() {
    const database::Scope scope{kEveryTenant, std::chrono::steady_clock::now() + kTimeLimit};
    for (std::size_t purged = kChunk; purged == kChunk;) {
      purged = (co_await database_.query(scope, kPurgeInbox, clock_.now() - kInboxAge, kChunk))
                   .affected();
    }
    co_await runtime::purge_idempotency_keys(database_, scope, clock_.now() - kIdempotencyAge);
  }

  Task<> measure() {
    const database::Scope scope{kEveryTenant, std::chrono::steady_clock::now() + kMeasurePause};
    const auto row = co_await database_.query_one(scope, kMeasure);
    dead_letters_.Set(static_cast<double>(row.get<std::int64_t>("dead_letters")));
    inbox_.Set(static_cast<double>(row.get<std::int64_t>("inbox")));
  }

 private:
  static Task<> run(std::shared_ptr<Impl> self) {
    auto clean_at = std::chrono::steady_clock::now() + kPause;
    while (!self->stopping_) {
      try {
        co_await self->measure();
        if (std::chrono::steady_clock::now() >= clean_at) {
          clean_at += kPause;
          co_await self->clean();
        }
      } catch (const std::exception& error) {  // the next time will do
        self->log_.warn("housekeeping failed", {{"reason", error.what()}});
      }
      if (!self->stopping_)
        co_await self->wake_.wait(std::chrono::steady_clock::now() + kMeasurePause);
    }
    self->running_ = false;
    self->ended_.raise();
  }

  boost::asio::any_io_executor loop_;
  const Clock& clock_;
  Log& log_;
  database::Database& database_;
  prometheus::Gauge& dead_letters_;
  prometheus::Gauge& inbox_;
  detail::Signal wake_;
  detail::Signal ended_;
  bool running_ = false;
  bool stopping_ = false;
};

Housekeeping::Housekeeping(const runtime::ModuleContext& context, database::Database& database)
    : impl_(std::make_shared<Impl>(context, database)) {}

Housekeeping::~Housekeeping() = default;

void Housekeeping::start() { impl_->start(impl_); }

Task<> Housekeeping::stop() { return impl_->stop(); }

Task<> Housekeeping::clean() { return impl_->clean(); }

}  // namespace souk::messaging
