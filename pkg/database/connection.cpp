#include "database/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "core/failpoint.hpp"

namespace souk::database {
namespace asio = boost::asio;
namespace {

/// The server's statement_timeout fires at the deadline itself and leaves the connection usable: it
/// gets this long to be heard before we hang up on a server that is stuck.
constexpr std::chrono::milliseconds kGrace{250};

/// A pipeline answers each command with results and one null; more in a row is a protocol gone
/// wrong.
constexpr int kMaxNulls = 3;

std::string server_message(PGconn* conn) {
  std::string text = conn ? PQerrorMessage(conn) : "out of memory";
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.empty() ? "the server closed the connection" : text;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text ? text : "";
}

}  // namespace

std::map<std::string, std::string> connection_keywords(const DatabaseOptions& options) {
  std::map<std::string, std::string> keywords;
  char* problem = nullptr;
  PQconninfoOption* parsed = PQconninfoParse(options.url.c_str(), &problem);
  if (!parsed) {
    std::string text = problem ? problem : "out of memory";
    PQfreemem(problem);
    throw Error(Kind::internal, "bad_database_url", "the database URL cannot be read: " + text);
  }
  for (auto* option = parsed; option->keyword; ++option) {
    if (option->val) keywords[option->keyword] = option->val;
  }
  PQconninfoFree(parsed);

  // What Rows relies on when it reads times and bytes; and an end to transactions that someone
  // forgot.
  std::string settings =
      "-c timezone=UTC -c datestyle=ISO -c bytea_output=hex -c client_min_messages=warning "
      "-c idle_in_transaction_session_timeout=60s";
  if (failpoint::planted("database.commit_unflushed")) settings += " -c synchronous_commit=off";
  if (!options.role.empty()) settings += " -c role=" + options.role;
  auto& merged = keywords["options"];
  merged = merged.empty() ? settings : settings + " " + merged;
  keywords.try_emplace("application_name", options.application_name);
  keywords["client_encoding"] = "UTF8";
  return keywords;
}

Connection::Connection(asio::any_io_executor loop, const QueryObserver& observer)
    : loop_(loop), observer_(observer), socket_(loop), timer_(loop) {}

Connection::~Connection() { close(); }

void Connection::close() {
  if (socket_.is_open()) socket_.release();  // before PQfinish closes it under the reactor's feet
  if (conn_) PQfinish(conn_);
  conn_ = nullptr;
}

void Connection::assign_socket() {
  // During the connect libpq may close its socket and get the same number for the next one, which
  // the reactor would not notice: so it is registered anew each time.
  if (socket_.is_open()) socket_.release();
  socket_.assign(PQsocket(conn_));
}

// libpq would look names up on this thread and block the loop; it doesn't when given an address.
Task<> Connection::resolve(std::map<std::string, std::string>& keywords) {
  const auto& host = keywords["host"];
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (host.empty() || host.starts_with('/') || host.find(',') != std::string::npos ||
      keywords.contains("hostaddr") || !not_an_address) {
    co_return;
  }
  asio::ip::tcp::resolver resolver(loop_);
  auto [error, found] =
      co_await resolver.async_resolve(host, "", asio::as_tuple(asio::use_awaitable));
  if (error || found.empty()) throw unreachable(fmt::format("{}: {}", host, error.message()));
  keywords["hostaddr"] = found.begin()->endpoint().address().to_string();
}

Task<> Connection::connect(std::map<std::string, std::string> keywords, Deadline deadline) {
  co_await resolve(keywords);
  std::vector<const char*> names, values;
  for (const auto& [name, value] : keywords) {
    if (value.empty()) continue;
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  conn_ = PQconnectStartParams(names.data(), values.data(), 0);
  if (!conn_ || PQstatus(conn_) == CONNECTION_BAD) throw unreachable(server_message(conn_));
  PQsetNoticeProcessor(conn_, [](void*, const char*) {}, nullptr);  // else they go to stderr

  watch(deadline);
  for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK; next = PQconnectPoll(conn_)) {
    if (next == PGRES_POLLING_FAILED) throw unreachable(server_message(conn_));
    assign_socket();
    boost::system::error_code ignored;
    co_await socket_.async_wait(
        next == PGRES_POLLING_READING ? socket_.wait_read : socket_.wait_write,
        asio::redirect_error(asio::use_awaitable, ignored));
    if (timed_out_) throw unreachable("the server did not answer in time while connecting");
  }
  assign_socket();
  stop_watch();
  if (PQsetnonblocking(conn_, 1) != 0 || PQenterPipelineMode(conn_) != 1) {
    throw unreachable(server_message(conn_));
  }
}

// One timer runs per connection, not per transaction: when it goes off and the deadline has moved
// on meanwhile, it is set again. Deadlines mostly grow, so it is seldom touched.
void Connection::watch(Deadline deadline) {
  deadline_ = deadline;
  const auto at = deadline + kGrace;
  if (timer_runs_ && timer_.expiry() <= at) return;
  timer_runs_ = true;
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    auto self = weak.lock();
    if (self && !error) self->on_deadline();
  });
}

void Connection::on_deadline() {
  const auto now = std::chrono::steady_clock::now();
  if (now < timer_.expiry()) return;  // set again after this call had been queued
  timer_runs_ = false;
  if (!deadline_) return;
  if (now < *deadline_ + kGrace) return watch(*deadline_);
  timed_out_ = true;
  boost::system::error_code ignored;
  if (socket_.is_open()) socket_.cancel(ignored);
}

const char* Connection::prepare(const Query& query) {
  auto found = prepared_.find(query.name);
  if (found != prepared_.end()) {
    if (found->second.sql != query.sql.data()) {
      throw std::logic_error(fmt::format("two queries are named {}", query.name));
    }
    return found->second.statement.c_str();
  }
  // Short names of our own: the server cuts names at 63 bytes.
  auto statement = fmt::format("s{}", ++statements_made_);
  if (PQsendPrepare(conn_, statement.c_str(), query.sql.data(), 0, nullptr) == 1) {
    expected_.push_back({.query = query.name, .prepares = true});
  }
  auto entry = prepared_.emplace(query.name, Prepared{std::move(statement), query.sql.data()});
  return entry.first->second.statement.c_str();
}

void Connection::add(const Query& query, std::span<const Param> params, bool observed) {
  const LibpqParams given{params};
  const char* statement = prepare(query);
  // A refusal here (the connection is gone) shows again in round_trip, which says so.
  if (PQsendQueryPrepared(conn_, statement, given.count(), given.values.data(),
                          given.lengths.data(), given.formats.data(), 0) == 1) {
    expected_.push_back({.query = query.name, .observed = observed});
  } else {
    in_step_ = false;
  }
}

Task<Connection::Trip> Connection::round_trip() {
  Trip trip;
  sent_at_ = std::chrono::steady_clock::now();
  arrived_ = 0;
  const bool sent = in_step_ && PQpipelineSync(conn_) == 1;
  in_step_ = false;
  while (sent && !in_step_) {
    const int flushed = PQflush(conn_);
    if (flushed < 0) break;
    // Reading goes on while writing: else both ends may wait for the other to read.
    co_await wait(flushed == 1);
    if (timed_out_ || PQconsumeInput(conn_) != 1) break;
    in_step_ = read_results(trip);
    if (PQstatus(conn_) == CONNECTION_BAD) break;
  }
  expected_.clear();
  if (!in_step_) lose(trip);
  co_return trip;
}

Task<> Connection::wait(bool for_write_too) {
  using namespace asio::experimental::awaitable_operators;
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  if (for_write_too) {
    co_await (socket_.async_wait(socket_.wait_read, token) ||
              socket_.async_wait(socket_.wait_write, token));
  } else {
    boost::system::error_code ignored;
    co_await socket_.async_wait(socket_.wait_read,
                                asio::redirect_error(asio::use_awaitable, ignored));
  }
}

/// True once the pipeline's end has been read.
bool Connection::read_results(Trip& trip) {
  for (int nulls = 0; nulls < kMaxNulls && PQisBusy(conn_) == 0;) {
    PGresult* result = PQgetResult(conn_);
    if (!result) {
      ++nulls;
      continue;
    }
    nulls = 0;
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
      PQclear(result);
      return true;
    }
    take(result, trip);
  }
  return false;
}

void Connection::take(PGresult* raw, Trip& trip) {
  std::shared_ptr<PGresult> result(raw, PQclear);
  const auto status = PQresultStatus(raw);
  // One result per statement, in order; an error at the end of an implicit transaction belongs to
  // none.
  const Expected expected = arrived_ < expected_.size() ? expected_[arrived_] : Expected{"commit"};
  ++arrived_;
  const bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  if (!ok && expected.prepares) prepared_.erase(expected.query);
  if (!ok && status != PGRES_PIPELINE_ABORTED) fail(trip, raw, expected.query);
  if (expected.prepares) return;
  if (observer_ && expected.observed && status != PGRES_PIPELINE_ABORTED) {
    const char* sqlstate = ok ? nullptr : PQresultErrorField(raw, PG_DIAG_SQLSTATE);
    observer_({.name = expected.query,
               .duration = std::chrono::steady_clock::now() - sent_at_,
               .ok = ok,
               .sqlstate = sqlstate != nullptr ? sqlstate : "",
               .trace = trace_});
  }
  if (ok && arrived_ == expected_.size()) {
    trip.last_done = true;
    trip.last = Rows(std::move(result));
  }
}

void Connection::fail(Trip& trip, const PGresult* result, std::string_view query) {
  if (trip.failure) return;  // the first one is the cause
  Failure failure{.query = query,
                  .sqlstate = field(result, PG_DIAG_SQLSTATE),
                  .constraint = field(result, PG_DIAG_CONSTRAINT_NAME),
                  .message = field(result, PG_DIAG_MESSAGE_PRIMARY)};
  if (failure.message.empty()) failure.message = server_message(conn_);
  failure.final = field(result, PG_DIAG_SEVERITY_NONLOCALIZED) == "ERROR";
  trip.failure = std::move(failure);
}

void Connection::lose(Trip& trip) {
  if (!trip.failure) trip.failure = Failure{.message = server_message(conn_)};
  trip.failure->lost = true;
  if (timed_out_) {
    trip.failure->timed_out = true;
    trip.failure->message = "the server did not answer in time";
  }
}

Task<bool> Connection::notified(asio::steady_timer& until) {
  using namespace asio::experimental::awaitable_operators;
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  if (take_notifications()) co_return true;
  co_await (socket_.async_wait(socket_.wait_read, token) || until.async_wait(token));
  if (PQconsumeInput(conn_) != 1) in_step_ = false;
  co_return take_notifications();
}

bool Connection::take_notifications() {
  bool any = false;
  while (PGnotify* notification = PQnotifies(conn_)) {
    PQfreemem(notification);
    any = true;
  }
  return any;
}

bool Connection::reusable() const {
  return in_step_ && conn_ && expected_.empty() && PQstatus(conn_) == CONNECTION_OK &&
         PQtransactionStatus(conn_) == PQTRANS_IDLE;
}

bool Connection::still_alive() {
  char byte = 0;
  const auto peek = [&] { return recv(PQsocket(conn_), &byte, 1, MSG_PEEK | MSG_DONTWAIT); };
  auto got = peek();
  if (got > 0) {  // a notice, a changed setting, or the server's farewell
    PQconsumeInput(conn_);
    PQisBusy(conn_);
    got = peek();
  }
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && reusable();
}

}  // namespace souk::database
