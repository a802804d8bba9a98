#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "database/param.hpp"
#include "database/query.hpp"
#include "database/rows.hpp"
#include "runtime/task.hpp"

namespace souk::database {

enum class Isolation { read_committed, repeatable_read, serializable };

struct TransactionMode {
  Isolation isolation = Isolation::read_committed;
  bool read_only = false;
};

/// The inside of Database::transact and Database::read: made there, valid until the body ends, used
/// by one coroutine at a time. BEGIN, the tenant and the time limit travel with its first
/// statement. Once a statement has failed, the transaction has: whatever else is asked of it throws
/// the same error.
class Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Sends what is queued and this, in one round trip.
  template <class... A>
  Task<Rows> query(const Query& query, const A&... params) {
    return run(query, std::vector<Param>{Param(params)...});
  }
  /// The first row, if there is one.
  template <class... A>
  Task<std::optional<Row>> query_optional(const Query& query, const A&... params) {
    return run_optional(query, std::vector<Param>{Param(params)...});
  }
  /// The only row; throws BadColumn if there isn't exactly one.
  template <class... A>
  Task<Row> query_one(const Query& query, const A&... params) {
    return run_one(query, std::vector<Param>{Param(params)...});
  }

  /// Goes out with the next query, or with COMMIT. Its result is dropped; its error surfaces there.
  template <class... A>
  void queue(const Query& query, const A&... params) {
    enqueue(query, std::vector<Param>{Param(params)...});
  }

  /// Runs `action` on the event loop once the commit is known to have happened; never otherwise, so
  /// only what may be lost belongs here (a wake-up). It must not throw.
  void on_commit(std::function<void()> action);

 private:
  friend class TransactionRunner;
  class State;
  explicit Transaction(State& state) : state_(state) {}

  Task<Rows> run(Query query, std::vector<Param> params);
  Task<std::optional<Row>> run_optional(Query query, std::vector<Param> params);
  Task<Row> run_one(Query query, std::vector<Param> params);
  void enqueue(Query query, std::vector<Param> params);

  State& state_;
};

}  // namespace souk::database
