#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "database/connection.hpp"

namespace souk::database {

class Pool;

/// A connection on loan. Gives it back when destroyed; one that is out of step is closed instead.
class Lease {
 public:
  Lease(Pool& pool, std::shared_ptr<Connection> connection)
      : pool_(&pool), connection_(std::move(connection)) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease();

  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

  /// Not fit for anybody else, even if it looks so.
  void discard() { discarded_ = true; }

 private:
  Pool* pool_;
  std::shared_ptr<Connection> connection_;
  bool discarded_ = false;
};

/// A bounded set of connections to one database, made when needed. Waiters are served in their
/// order. On the event loop only. Outlives its leases.
class Pool {
 public:
  using Deadline = Connection::Deadline;

  Pool(boost::asio::any_io_executor loop, const DatabaseOptions& options);

  /// A live connection. Throws DatabaseError: unavailable (server down, waiting room full) at once,
  /// deadline_exceeded when the wait was in vain.
  Task<Lease> acquire(Deadline deadline);

  PoolStats stats() const {
    return {.open = open_, .idle = idle_.size(), .waiting = waiters_.size()};
  }

 private:
  friend class Lease;
  class Waiter;

  Task<Lease> wait_for_turn(Deadline deadline);
  std::shared_ptr<Connection> take_idle();
  void observe_wait(Deadline since) const;
  void report() const;
  Task<std::shared_ptr<Connection>> connect(Deadline deadline);
  void give_back(std::shared_ptr<Connection> connection, bool discard);
  void free_slot();
  void connect_failed();

  boost::asio::any_io_executor loop_;
  const DatabaseOptions& options_;
  std::map<std::string, std::string> keywords_;
  std::vector<std::shared_ptr<Connection>> idle_;  ///< the last used is the next to go: it is warm
  std::list<Waiter*> waiters_;
  std::size_t open_ = 0;  ///< connections and attempts
  std::chrono::milliseconds backoff_{0};
  std::chrono::steady_clock::time_point next_attempt_{};
  std::string last_problem_;
};

}  // namespace souk::database
