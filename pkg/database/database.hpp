#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "database/database_error.hpp"
#include "database/param.hpp"
#include "database/query.hpp"
#include "database/rows.hpp"
#include "database/scope.hpp"
#include "database/transaction.hpp"
#include "runtime/task.hpp"

namespace souk::database {

class Session;

/// One finished statement, for metrics and traces. `duration` runs from sending it to its result.
struct QueryEvent {
  std::string_view name;
  std::chrono::steady_clock::duration duration;
  bool ok;
  std::string_view sqlstate;  ///< of a statement that failed
  const Trace& trace;         ///< its scope's
};
using QueryObserver = std::function<void(const QueryEvent&)>;

/// How the pool stands, for metrics.
struct PoolStats {
  std::size_t open = 0;  ///< connections, idle ones included
  std::size_t idle = 0;
  std::size_t waiting = 0;
  std::uint64_t round_trips = 0;  ///< made so far, connecting not counted
};

struct DatabaseOptions {
  std::string url;  ///< postgresql://… or "host=… dbname=…"
  std::vector<ConstraintRule> constraints = {};
  /// Every connection becomes this role; empty = stays the login role (command-line tools).
  std::string role = "souk_service";
  std::string application_name = "souk";
  /// Two cores' worth of PostgreSQL is busy long before 16 statements run at once.
  std::size_t max_connections = 16;
  /// Past this many waiting callers the answer is `unavailable`: waiting longer helps nobody.
  std::size_t max_waiters = 256;
  std::chrono::milliseconds connect_timeout{2000};
  QueryObserver observer = {};
  /// Called with the time that each caller has waited for a connection, those who waited in vain included.
  std::function<void(std::chrono::steady_clock::duration)> wait_observer = {};
  /// Called whenever the pool stands otherwise; round_trips is not counted here.
  std::function<void(const PoolStats&)> pool_observer = {};
};

/// A PostgreSQL database as one service sees it: a bounded pool of pipelined connections.
///
/// Owned by a module and used on that module's event loop thread only. It stops with its
/// destructor, which closes the idle connections; all calls must have ended by then (drain first).
///
/// Every call throws DatabaseError as its table says. Waiting for a connection, the statements and
/// the answers all end at the scope's deadline.
class Database {
 public:
  Database(boost::asio::any_io_executor loop, DatabaseOptions options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `body(Transaction&) -> Task<T>` in a read-write transaction, commits, gives back what it
  /// gave. An exception that leaves the body rolls back and goes on to the caller. The body can run
  /// more than once (40001 and 40P01 are retried, jittered, at most 3 times): no effects but SQL,
  /// no network call. A body that only queues takes one round trip, commit included; each query in
  /// it adds one. The body's captures stay alive until the transaction has ended.
  template <class F>
  auto transact(Scope scope, F body, Isolation isolation = Isolation::read_committed)
      -> std::invoke_result_t<F&, Transaction&> {
    return run(scope, TransactionMode{isolation, false}, std::move(body));
  }

  /// The same, READ ONLY.
  template <class F>
  auto read(Scope scope, F body, Isolation isolation = Isolation::read_committed)
      -> std::invoke_result_t<F&, Transaction&> {
    return run(scope, TransactionMode{isolation, true}, std::move(body));
  }

  /// One statement in one round trip, with its own commit.
  template <class... A>
  Task<Rows> query(Scope scope, const Query& query, const A&... params) {
    return single(scope, query, std::vector<Param>{Param(params)...});
  }
  /// The first row, if there is one. / The only row; throws BadColumn if there isn't exactly one.
  template <class... A>
  Task<std::optional<Row>> query_optional(Scope scope, const Query& query, const A&... params) {
    return single_optional(scope, query, std::vector<Param>{Param(params)...});
  }
  template <class... A>
  Task<Row> query_one(Scope scope, const Query& query, const A&... params) {
    return single_one(scope, query, std::vector<Param>{Param(params)...});
  }

  /// Refuses to serve as a role that row-level security does not bind: throws
  /// Error{internal, "unsafe_database_role"} for a superuser, BYPASSRLS, or the owner of a table.
  /// Call it once at start-up; it also proves that the database answers.
  Task<> check(std::chrono::steady_clock::time_point deadline);

  /// True if the database answers a trivial statement in time; for readiness.
  Task<bool> ping(std::chrono::steady_clock::time_point deadline);

  /// A connection of the caller's own, beside the pool. The Database outlives it.
  Task<std::unique_ptr<Session>> open_session(std::chrono::steady_clock::time_point deadline);

  PoolStats stats() const;

 private:
  using Body = std::function<Task<>(Transaction&)>;
  Task<> execute(Scope scope, TransactionMode mode, Body body);
  Task<Rows> single(Scope scope, Query query, std::vector<Param> params);
  Task<std::optional<Row>> single_optional(Scope scope, Query query, std::vector<Param> params);
  Task<Row> single_one(Scope scope, Query query, std::vector<Param> params);

  template <class F, class T>
  static Task<> keep_result(F& body, Transaction& transaction, std::optional<T>& result) {
    result.emplace(co_await body(transaction));
  }

  template <class F>
  auto run(Scope scope, TransactionMode mode, F body) -> std::invoke_result_t<F&, Transaction&> {
    using T = typename std::invoke_result_t<F&, Transaction&>::value_type;
    if constexpr (std::is_void_v<T>) {
      co_await execute(scope, mode, std::ref(body));
    } else {
      std::optional<T> result;
      co_await execute(scope, mode, [&body, &result](Transaction& transaction) {
        return keep_result(body, transaction, result);
      });
      co_return std::move(*result);
    }
  }

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace souk::database
