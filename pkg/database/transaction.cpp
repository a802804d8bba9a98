#include "database/transaction.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "database/transaction_state.hpp"

namespace souk::database {
namespace {

// By Isolation; then the same read-only.
constexpr std::array<Query, 6> kBegin{{
    {"transaction.begin", "BEGIN"},
    {"transaction.begin_rr", "BEGIN ISOLATION LEVEL REPEATABLE READ"},
    {"transaction.begin_s", "BEGIN ISOLATION LEVEL SERIALIZABLE"},
    {"transaction.begin_ro", "BEGIN READ ONLY"},
    {"transaction.begin_rr_ro", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"},
    {"transaction.begin_s_ro", "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"},
}};
constexpr Query kScope{"transaction.scope",
                       "SELECT set_config('souk.tenant', $1, true),"
                       " set_config('statement_timeout', $2, true)"};
constexpr Query kCommit{"transaction.commit", "COMMIT"};
constexpr Query kRollback{"transaction.rollback", "ROLLBACK"};

const Query& begin_statement(TransactionMode mode) {
  return kBegin[static_cast<std::size_t>(mode.isolation) + (mode.read_only ? 3 : 0)];
}

/// A SELECT is taken to change nothing.
bool only_reads(std::string_view sql) {
  constexpr std::string_view kSelect = "SELECT";
  const auto start = std::min(sql.find_first_not_of(" \n\t"), sql.size());
  return std::ranges::equal(sql.substr(start, kSelect.size()), kSelect, {},
                            [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
}

std::chrono::milliseconds time_left(const Scope& scope) {
  return std::chrono::ceil<std::chrono::milliseconds>(scope.deadline -
                                                      std::chrono::steady_clock::now());
}

Row only_row(const Query& query, const Rows& rows) {
  if (rows.size() != 1) {
    throw BadColumn(fmt::format("{}: one row expected, {} came", query.name, rows.size()));
  }
  return rows.front();
}

}  // namespace

std::vector<Param> Transaction::State::settings() const {
  return {scope_.tenant, std::max<std::int64_t>(time_left(scope_).count(), 1)};
}

void Transaction::State::begin_trip() {
  if (failure_) throw error();  // the body may have swallowed it
  if (time_left(scope_).count() <= 0)
    throw deadline_exceeded("the deadline passed in a transaction");
  if (!begun_) {
    begun_ = true;
    connection_.send_unobserved(begin_statement(mode_));
    connection_.send_unobserved(kScope, settings());
  }
  for (const auto& [query, params] : queue_) connection_.send(query, params);
  queue_.clear();
}

Task<Rows> Transaction::State::finish_trip() {
  auto trip = co_await connection_.round_trip();
  ++trips_;
  // A COMMIT that was answered has happened, even if the connection broke right after.
  const bool committed = begun_ && may_have_committed_ && trip.last_done;
  if (trip.failure && !committed) {
    failure_ = std::move(trip.failure);
    throw error();
  }
  co_return std::move(trip.last);
}

DatabaseError Transaction::State::error() const {
  const bool unknown = failure_->lost && may_have_committed_ && !failure_->final;
  return unknown ? commit_unknown(*failure_) : errors_.translate(*failure_);
}

Task<Rows> Transaction::State::run(Query query, std::vector<Param> params) {
  begin_trip();
  connection_.send(query, params);
  co_return co_await finish_trip();
}

Task<> Transaction::State::commit() {
  if (!begun_ && queue_.empty()) co_return;
  begin_trip();
  connection_.send(kCommit, {});
  may_have_committed_ = !mode_.read_only;
  co_await finish_trip();
}

void Transaction::State::committed() {
  for (const auto& action : commit_actions_) action();
}

Task<> Transaction::State::rollback() {
  if (!begun_ || (failure_ && failure_->lost)) co_return;
  connection_.send_unobserved(kRollback);
  co_await connection_.round_trip();
  ++trips_;
}

Task<Rows> Transaction::State::run_alone(Query query, const std::vector<Param>& params) {
  connection_.send_unobserved(kScope, settings());
  connection_.send(query, params);
  may_have_committed_ = !only_reads(query.sql);
  co_return co_await finish_trip();
}

Task<Rows> Transaction::run(Query query, std::vector<Param> params) {
  return state_.run(query, std::move(params));
}

Task<std::optional<Row>> Transaction::run_optional(Query query, std::vector<Param> params) {
  auto rows = co_await state_.run(query, std::move(params));
  if (rows.empty()) co_return std::nullopt;
  co_return rows.front();
}

Task<Row> Transaction::run_one(Query query, std::vector<Param> params) {
  co_return only_row(query, co_await state_.run(query, std::move(params)));
}

void Transaction::on_commit(std::function<void()> action) { state_.on_commit(std::move(action)); }

void Transaction::enqueue(Query query, std::vector<Param> params) {
  state_.enqueue(query, std::move(params));
}

}  // namespace souk::database
