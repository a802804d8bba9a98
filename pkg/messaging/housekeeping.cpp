#include "messaging/housekeeping.hpp"

#include <chrono>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "messaging/detail/signal.hpp"
#include "runtime/idempotency.hpp"

namespace souk::messaging {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 1h;
constexpr auto kInboxAge = 30 * 24h;
/// API.md promises 24 h.
constexpr auto kIdempotencyAge = 24h;
constexpr auto kTimeLimit = 1min;

/// Keeps each statement short.
constexpr std::int64_t kChunk = 5000;
constexpr database::Query kPurgeInbox{"inbox.purge", R"(
  DELETE FROM inbox WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM inbox WHERE received_at < $1 LIMIT $2)))"};

}  // namespace

class Housekeeping::Impl {
 public:
  Impl(const runtime::ModuleContext& context, database::Database& database)
      : loop_(context.loop),
        clock_(context.clock),
        log_(context.log),
        database_(database),
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

 private:
  static Task<> run(std::shared_ptr<Impl> self) {
    while (!self->stopping_) {
      co_await self->wake_.wait(std::chrono::steady_clock::now() + kPause);
      if (self->stopping_) break;
      try {
        co_await self->clean();
      } catch (const std::exception& error) {  // the next hour will do
        self->log_.warn("housekeeping failed", {{"reason", error.what()}});
      }
    }
    self->running_ = false;
    self->ended_.raise();
  }

  boost::asio::any_io_executor loop_;
  const Clock& clock_;
  Log& log_;
  database::Database& database_;
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
