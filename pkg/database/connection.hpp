#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libpq-fe.h>

#include "database/database.hpp"
#include "database/failure.hpp"

namespace souk::database {

/// libpq's keywords: the URL's, and what every connection of ours adds to them.
std::map<std::string, std::string> connection_keywords(const DatabaseOptions& options);

/// One libpq connection in pipeline mode. Held by the pool or by one Lease; on the event loop only.
/// Nothing here throws after connect() but cancellation: a Trip says what went wrong.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  /// What came back: the result of the last statement, or the first failure.
  struct Trip {
    Rows last;
    bool last_done = false;  ///< the last statement succeeded, whatever came after
    std::optional<Failure> failure;
  };

  Connection(boost::asio::any_io_executor loop, const QueryObserver& observer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Throws DatabaseError (unavailable, deadline_exceeded).
  Task<> connect(std::map<std::string, std::string> keywords, Deadline deadline);

  /// From here until stop_watch(), a server that is silent past `deadline` and a grace (so that its
  /// own statement_timeout can answer first) is hung up on.
  void watch(Deadline deadline);
  void stop_watch() { deadline_.reset(); }
  /// Where the statements from here on belong; for the observer.
  void show_in(const Trace& trace) { trace_ = trace; }

  /// Adds a statement to the pipeline, prepared if this connection sees it for the first time.
  void send(const Query& query, std::span<const Param> params) { add(query, params, true); }
  /// The same for what belongs to the machinery: the observer does not hear of it.
  void send_unobserved(const Query& query, std::span<const Param> params = {}) {
    add(query, params, false);
  }

  /// Sends what was added, reads all its results.
  Task<Trip> round_trip();

  /// Waits until the server has sent a NOTIFY, or `until` goes off; true for the former. A
  /// connection that was lost meanwhile shows in the next round trip.
  Task<bool> notified(boost::asio::steady_timer& until);

  /// Idle, outside a transaction, in step with the server: fit for the next user.
  bool reusable() const;

  /// False if the server has hung up while the connection lay idle.
  bool still_alive();

 private:
  struct Prepared {
    std::string statement;
    const char* sql;
  };
  struct Expected {
    std::string_view query;
    bool prepares = false;
    bool observed = false;
  };

  void add(const Query& query, std::span<const Param> params, bool observed);
  Task<> wait(bool for_write_too);
  Task<> resolve(std::map<std::string, std::string>& keywords);
  const char* prepare(const Query& query);
  bool read_results(Trip& trip);
  void take(PGresult* raw, Trip& trip);
  void fail(Trip& trip, const PGresult* result, std::string_view query);
  void lose(Trip& trip);
  void on_deadline();
  void assign_socket();
  bool take_notifications();
  void close();

  boost::asio::any_io_executor loop_;
  const QueryObserver& observer_;
  PGconn* conn_ = nullptr;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  bool timer_runs_ = false;
  std::optional<Deadline> deadline_;
  Trace trace_;
  bool timed_out_ = false;
  bool in_step_ = true;  ///< no result outstanding, no protocol error seen
  std::unordered_map<std::string_view, Prepared> prepared_;
  int statements_made_ = 0;
  std::vector<Expected> expected_;
  std::size_t arrived_ = 0;  ///< how many of expected_ have answered
  std::chrono::steady_clock::time_point sent_at_;
};

}  // namespace souk::database
