#include "redis/detail/keeper.hpp"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include "core/error.hpp"

namespace souk::redis::detail {
namespace asio = boost::asio;
using namespace std::chrono_literals;
namespace {

/// A server in the same network answers within a millisecond. What takes longer to open than this is of
/// no use to a request that gives a command 50 ms.
constexpr auto kOpenTimeout = 250ms;
/// How long a dead peer (one whose machine is gone says nothing) can go unnoticed where nobody asks.
constexpr auto kBeat = 1s;
/// Between two attempts: doubled each time, so that a restart is noticed at once and a server that is
/// down for long is not bothered.
constexpr std::chrono::milliseconds kFirstPause{50}, kLongestPause{1000};

std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace

Keeper::Keeper(asio::any_io_executor loop, Address address, std::string use, OnConnection greet,
               OnConnection beat, Log& log, Metrics& metrics, Random& random)
    : loop_(std::move(loop)),
      address_(std::move(address)),
      use_(std::move(use)),
      greet_(std::move(greet)),
      beat_(std::move(beat)),
      log_(log),
      random_(random),
      connected_(metrics.gauge("souk_redis_connected",
                               "Open connections to Redis; fewer than usual: it is away, or slow",
                               {{"use", use_}})),
      connections_(metrics.counter("souk_redis_connections_total", "Connections to Redis opened",
                                   {{"use", use_}})),
      pause_(loop_),
      work_(loop_) {}

Keeper::~Keeper() {
  if (connection_) connection_->close();
}

void Keeper::start() { work_.spawn(repeat()); }

Task<> Keeper::stop() {
  stopping_ = true;
  pause_.cancel();
  if (connection_) connection_->close();
  co_await work_.wait();
}

std::shared_ptr<Connection> Keeper::connection() const {
  return open_ && connection_->is_open() ? connection_ : nullptr;
}

Task<> Keeper::repeat() {
  while (!stopping_) {
    const auto started = now();
    std::string why = "it hung up";
    connection_ = std::make_shared<Connection>(loop_);
    try {
      co_await live(connection_);
    } catch (const Error& error) {
      why = error.detail;
    }
    connection_->close();
    ended(why);
    // A connection that soon ends is as good as none: a slow server should not flap at full speed.
    failures_ = now() - started < kLongestPause ? failures_ + 1 : 0;
    if (!stopping_) co_await pause();
  }
}

Task<> Keeper::live(std::shared_ptr<Connection> connection) {
  co_await connection->open(address_, now() + kOpenTimeout);
  co_await greet_(*connection);
  opened();
  while (connection->is_open()) {
    co_await connection->closed(now() + kBeat);
    if (connection->is_open()) co_await beat_(*connection);
  }
}

void Keeper::opened() {
  open_ = true;
  ++number_;
  connected_.Increment();
  connections_.Increment();
  log_.info("connected to Redis", {{"use", use_}, {"host", std::string_view{address_.host}}});
  told_ = false;
}

void Keeper::ended(const std::string& why) {
  if (open_) connected_.Decrement();
  open_ = false;
  if (stopping_ || told_) return;
  told_ = true;
  log_.warn("Redis is away", {{"use", use_}, {"reason", std::string_view{why}}});
}

Task<> Keeper::pause() {
  auto most = kFirstPause;
  for (int i = 1; i < failures_ && most < kLongestPause; ++i) most *= 2;
  most = std::min(most, kLongestPause);
  // From half of it to all of it, so that replicas do not come back as one.
  const auto half = most / 2;
  pause_.expires_after(half + half * (random_.next() % 1024) / 1024);
  boost::system::error_code woken;
  co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

}  // namespace souk::redis::detail
