#include "database/pool.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace souk::database {
namespace asio = boost::asio;
using namespace std::chrono_literals;
namespace {

/// While a server is down, one caller in each such span pays for the attempt, the others fail at
/// once.
constexpr auto kMinBackoff = 50ms;
constexpr auto kMaxBackoff = 1000ms;

}  // namespace

Lease::~Lease() {
  if (connection_) pool_->give_back(std::move(connection_), discarded_);
}

/// Lives in the frame of the coroutine that waits; leaves the queue with it.
class Pool::Waiter {
 public:
  Waiter(Pool& pool, Deadline deadline) : pool_(pool), timer_(pool.loop_, deadline) {
    place_ = pool_.waiters_.insert(pool_.waiters_.end(), this);
    pool_.report();
  }
  ~Waiter() {
    if (queued_) pool_.waiters_.erase(place_);
    pool_.report();
    if (connection_) pool_.give_back(std::move(connection_), false);
    if (slot_) pool_.free_slot();
  }

  Task<> wait() {
    boost::system::error_code ignored;
    if (queued_) {
      co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
  }

  /// Called with the waiter at the head of the queue; no connection = leave to make one.
  void grant(std::shared_ptr<Connection> connection) {
    pool_.waiters_.erase(place_);
    queued_ = false;
    slot_ = !connection;
    connection_ = std::move(connection);
    timer_.cancel();
  }

  std::shared_ptr<Connection> take_connection() { return std::exchange(connection_, nullptr); }
  bool take_slot() { return std::exchange(slot_, false); }

 private:
  Pool& pool_;
  asio::steady_timer timer_;
  std::list<Waiter*>::iterator place_;
  bool queued_ = true;
  bool slot_ = false;
  std::shared_ptr<Connection> connection_;
};

Pool::Pool(asio::any_io_executor loop, const DatabaseOptions& options)
    : loop_(std::move(loop)), options_(options), keywords_(connection_keywords(options)) {}

Task<Lease> Pool::acquire(Deadline deadline) {
  if (std::chrono::steady_clock::now() >= deadline) {
    throw deadline_exceeded("the deadline had passed before the work began");
  }
  const auto came = std::chrono::steady_clock::now();
  if (auto connection = take_idle()) {
    observe_wait(came);
    report();
    co_return Lease(*this, std::move(connection));
  }
  if (open_ < options_.max_connections) {
    ++open_;
    report();
    co_return Lease(*this, co_await connect(deadline));
  }
  co_return co_await wait_for_turn(deadline);
}

Task<Lease> Pool::wait_for_turn(Deadline deadline) {
  if (waiters_.size() >= options_.max_waiters) {
    throw unreachable(fmt::format("{} callers already wait for a connection", waiters_.size()));
  }
  const auto came = std::chrono::steady_clock::now();
  Waiter waiter(*this, deadline);
  co_await waiter.wait();
  observe_wait(came);
  if (auto connection = waiter.take_connection()) co_return Lease(*this, std::move(connection));
  if (waiter.take_slot()) co_return Lease(*this, co_await connect(deadline));
  throw deadline_exceeded("no connection became free in time");
}

void Pool::observe_wait(Deadline since) const {
  if (options_.wait_observer) options_.wait_observer(std::chrono::steady_clock::now() - since);
}

void Pool::report() const {
  if (options_.pool_observer) options_.pool_observer(stats());
}

std::shared_ptr<Connection> Pool::take_idle() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->still_alive()) return connection;
    free_slot();
  }
  return nullptr;
}

/// The caller has counted the new connection in open_.
Task<std::shared_ptr<Connection>> Pool::connect(Deadline deadline) {
  struct Slot {
    Pool* pool;
    ~Slot() {
      if (pool) pool->free_slot();
    }
  } slot{this};
  const auto now = std::chrono::steady_clock::now();
  if (now < next_attempt_) throw unreachable(last_problem_);
  auto connection = std::make_shared<Connection>(loop_, options_.observer);
  try {
    co_await connection->connect(keywords_, std::min(deadline, now + options_.connect_timeout));
  } catch (const DatabaseError& error) {
    if (std::chrono::steady_clock::now() >= deadline) throw deadline_exceeded(error.what());
    last_problem_ = error.what();
    connect_failed();
    throw;
  }
  backoff_ = 0ms;
  slot.pool = nullptr;
  co_return connection;
}

void Pool::connect_failed() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_attempt_) return;  // another attempt of the same moment has counted already
  backoff_ = std::clamp(backoff_ * 2, kMinBackoff, kMaxBackoff);
  next_attempt_ = now + backoff_;
}

void Pool::give_back(std::shared_ptr<Connection> connection, bool discard) {
  connection->stop_watch();
  if (discard || !connection->reusable()) {
    connection.reset();
    return free_slot();
  }
  if (waiters_.empty()) {
    idle_.push_back(std::move(connection));
    report();
  } else {
    waiters_.front()->grant(std::move(connection));
  }
}

void Pool::free_slot() {
  if (waiters_.empty()) {
    --open_;
    report();
  } else {
    waiters_.front()->grant(nullptr);
  }
}

}  // namespace souk::database
