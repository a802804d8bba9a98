#include "database/database.hpp"

#include <exception>
#include <random>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "database/pool.hpp"
#include "database/session.hpp"
#include "database/transaction_state.hpp"

namespace souk::database {
namespace asio = boost::asio;
namespace {

/// Two transactions that collided hardly do so four times in a row once they are out of step.
constexpr int kMaxRetries = 3;
/// A collision is over when the other one has committed: a few milliseconds.
constexpr std::chrono::milliseconds kRetryPause{5};

constexpr Query kPing{"database.ping", "SELECT 1"};
constexpr Query kWhoAmI{"database.who_am_i", R"(
  SELECT current_user::text AS name, rolsuper OR rolbypassrls AS above_policies,
         EXISTS (SELECT FROM pg_class
                 WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
                   AND pg_has_role(current_user, relowner, 'USAGE')) AS owns_tables
  FROM pg_roles WHERE rolname = current_user)"};

}  // namespace

/// Lets the retry loop make Transactions without the header showing what they are made of.
class TransactionRunner {
 public:
  using State = Transaction::State;
  static Task<> body(const std::function<Task<>(Transaction&)>& run, State& state) {
    Transaction transaction(state);
    co_await run(transaction);
    co_await state.commit();
    state.committed();
  }
};

using State = TransactionRunner::State;

class Database::Impl {
 public:
  Impl(asio::any_io_executor loop, DatabaseOptions options)
      : options_(std::move(options)),
        errors_(options_.constraints),
        loop_(std::move(loop)),
        pool_(loop_, options_),
        random_(std::random_device{}()) {}

  /// Runs `work` on a connection of the pool until it succeeds, fails for good, or the retries are
  /// over.
  Task<> attempt(Scope scope, TransactionMode mode, std::function<Task<>(State&)> work) {
    for (int retries = 0;; ++retries) {
      auto lease = std::make_optional(co_await pool_.acquire(scope.deadline));
      (*lease)->watch(scope.deadline);
      (*lease)->show_in(scope.trace);
      State state(**lease, scope, mode, errors_);
      std::exception_ptr error;
      try {
        co_await work(state);
      } catch (...) {
        error = std::current_exception();
      }
      if (error) co_await state.rollback();
      round_trips_ += state.round_trips();
      if (!error) co_return;
      if (!worth_retrying(state, retries)) std::rethrow_exception(error);
      if (state.failure()->stale_statement()) lease->discard();
      lease.reset();
      if (state.failure()->serialization()) co_await pause(retries);
    }
  }

  Task<std::unique_ptr<Session>> open_session(std::chrono::steady_clock::time_point deadline) {
    auto connection = std::make_shared<Connection>(loop_, options_.observer);
    co_await connection->connect(connection_keywords(options_), deadline);
    co_return std::make_unique<Session>(loop_, std::move(connection), errors_);
  }

  PoolStats stats() const {
    auto stats = pool_.stats();
    stats.round_trips = round_trips_;
    return stats;
  }

 private:
  static bool worth_retrying(const State& state, int retries) {
    if (!state.failure()) return false;
    if (state.failure()->serialization()) return retries < kMaxRetries;
    return retries == 0 && (state.never_began() || state.failure()->stale_statement());
  }

  Task<> pause(int retries) {
    std::uniform_int_distribution<int> jitter(0, 100);
    const auto span = kRetryPause * (1 << retries);
    asio::steady_timer timer(loop_, span * jitter(random_) / 100);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  DatabaseOptions options_;
  ErrorMap errors_;
  asio::any_io_executor loop_;
  Pool pool_;
  std::uint64_t round_trips_ = 0;
  std::minstd_rand random_;  ///< spreads retries; nothing depends on what it gives
};

Database::Database(asio::any_io_executor loop, DatabaseOptions options)
    : impl_(std::make_unique<Impl>(std::move(loop), std::move(options))) {}

Database::~Database() = default;

Task<> Database::execute(Scope scope, TransactionMode mode, Body body) {
  co_await impl_->attempt(scope, mode,
                          [&body](State& state) { return TransactionRunner::body(body, state); });
}

Task<Rows> Database::single(Scope scope, Query query, std::vector<Param> params) {
  Rows rows;
  const auto run = [](State& state, Query what, const std::vector<Param>& with,
                      Rows& out) -> Task<> { out = co_await state.run_alone(what, with); };
  co_await impl_->attempt(scope, {}, [&](State& state) { return run(state, query, params, rows); });
  co_return rows;
}

Task<std::optional<Row>> Database::single_optional(Scope scope, Query query,
                                                   std::vector<Param> params) {
  auto rows = co_await single(scope, query, std::move(params));
  if (rows.empty()) co_return std::nullopt;
  co_return rows.front();
}

Task<Row> Database::single_one(Scope scope, Query query, std::vector<Param> params) {
  auto rows = co_await single(scope, query, std::move(params));
  if (rows.size() != 1) {
    throw BadColumn(fmt::format("{}: one row expected, {} came", query.name, rows.size()));
  }
  co_return rows.front();
}

Task<> Database::check(std::chrono::steady_clock::time_point deadline) {
  auto row = co_await query_one(Scope{TenantId{}, deadline}, kWhoAmI);
  if (!row.get<bool>("above_policies") && !row.get<bool>("owns_tables")) co_return;
  throw Error(
      Kind::internal, "unsafe_database_role",
      fmt::format("the database role {} is a superuser, has BYPASSRLS or owns the tables: "
                  "row-level security would not bind it; connect as a member of souk_service",
                  row.get<std::string>("name")));
}

Task<bool> Database::ping(std::chrono::steady_clock::time_point deadline) {
  try {
    co_await query(Scope{TenantId{}, deadline}, kPing);
    co_return true;
  } catch (const DatabaseError&) {
    co_return false;
  }
}

Task<std::unique_ptr<Session>> Database::open_session(
    std::chrono::steady_clock::time_point deadline) {
  return impl_->open_session(deadline);
}

PoolStats Database::stats() const { return impl_->stats(); }

}  // namespace souk::database
