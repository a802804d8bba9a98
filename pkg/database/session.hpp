#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "database/param.hpp"
#include "database/query.hpp"
#include "database/rows.hpp"
#include "runtime/task.hpp"

namespace souk::database {

class Connection;
class ErrorMap;

/// A connection that one owner keeps, for what belongs to a session and not to a transaction:
/// advisory locks and LISTEN. Made by Database::open_session. It belongs to no tenant, so it sees
/// no tenant's rows. Once a call has thrown, the session and what it held are gone: open another.
///
/// On the event loop only, one coroutine at a time (but for interrupt). Ends before its Database.
class Session {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  Session(const boost::asio::any_io_executor& loop, std::shared_ptr<Connection> connection,
          const ErrorMap& errors);
  ~Session();

  /// One statement in one round trip. Throws DatabaseError.
  template <class... A>
  Task<Rows> query(Deadline deadline, const Query& query, const A&... params) {
    return run(deadline, query, std::vector<Param>{Param(params)...});
  }

  /// Waits for a NOTIFY on a channel that was LISTENed to; false if none came until then.
  /// Throws DatabaseError when the server hangs up.
  Task<bool> notified(Deadline until);

  /// Ends a notified() that waits and every later one at once.
  void interrupt();

 private:
  Task<Rows> run(Deadline deadline, Query query, std::vector<Param> params);

  std::shared_ptr<Connection> connection_;
  const ErrorMap& errors_;
  boost::asio::steady_timer timer_;
  bool interrupted_ = false;
};

}  // namespace souk::database
