#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "database/connection.hpp"
#include "database/failure.hpp"
#include "database/transaction.hpp"

namespace souk::database {

/// One attempt at a transaction on one connection: what goes into which round trip, and what a
/// failure of it means. Lives in the frame of Database's retry loop.
class Transaction::State {
 public:
  State(Connection& connection, const Scope& scope, TransactionMode mode, const ErrorMap& errors)
      : connection_(connection), scope_(scope), mode_(mode), errors_(errors) {}

  void enqueue(Query query, std::vector<Param> params) {
    queue_.emplace_back(query, std::move(params));
  }
  Task<Rows> run(Query query, std::vector<Param> params);
  Task<> commit();
  void on_commit(std::function<void()> action) { commit_actions_.push_back(std::move(action)); }
  /// Runs what on_commit() collected.
  void committed();
  /// Ends a transaction that was begun. Whatever goes wrong here makes the connection unfit for
  /// reuse.
  Task<> rollback();
  /// The statement as a transaction of its own: the pipeline's end commits it.
  Task<Rows> run_alone(Query query, const std::vector<Param>& params);

  unsigned round_trips() const { return trips_; }
  const std::optional<Failure>& failure() const { return failure_; }
  /// The connection turned out to be dead before it did anything for us, so nothing has happened.
  bool never_began() const {
    return failure_ && failure_->lost && !failure_->timed_out && trips_ == 1 &&
           !may_have_committed_;
  }

 private:
  void begin_trip();
  Task<Rows> finish_trip();
  std::vector<Param> settings() const;
  DatabaseError error() const;

  Connection& connection_;
  const Scope& scope_;
  TransactionMode mode_;
  const ErrorMap& errors_;
  std::vector<std::pair<Query, std::vector<Param>>> queue_;
  std::vector<std::function<void()>> commit_actions_;
  bool begun_ = false;
  bool may_have_committed_ = false;  ///< a lost answer leaves the outcome open
  unsigned trips_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace souk::database
