#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/random.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "redis/detail/connection.hpp"
#include "runtime/task_group.hpp"

namespace souk::redis::detail {

/// Keeps one connection open: opens it, proves once a second that it lives, opens another when it has
/// ended, in growing, jittered intervals. A server that is slow to answer the first PING counts as
/// away, so a stalled one is asked once an interval and not by every caller: this is the breaker.
///
/// On one event loop. stop() before it is destroyed; what goes on meanwhile ends with it.
class Keeper {
 public:
  using OnConnection = std::function<Task<>(Connection&)>;

  /// `use` names it in logs and metrics. `greet` follows a successful open, `beat` proves life; what
  /// they throw ends the connection.
  Keeper(boost::asio::any_io_executor loop, Address address, std::string use, OnConnection greet,
         OnConnection beat, Log& log, Metrics& metrics, Random& random);
  ~Keeper();

  void start();
  Task<> stop();

  /// The open connection, or null.
  std::shared_ptr<Connection> connection() const;
  /// Counts the connections there have been.
  std::uint64_t number() const { return number_; }

 private:
  Task<> repeat();
  Task<> live(std::shared_ptr<Connection> connection);
  Task<> pause();
  void opened();
  void ended(const std::string& why);

  boost::asio::any_io_executor loop_;
  Address address_;
  std::string use_;
  OnConnection greet_, beat_;
  Log& log_;
  Random& random_;
  prometheus::Gauge& connected_;
  prometheus::Counter& connections_;
  boost::asio::steady_timer pause_;
  runtime::TaskGroup work_;
  std::shared_ptr<Connection> connection_;  ///< the present one, from before it is open
  bool open_ = false;
  bool stopping_ = false;
  bool told_ = false;  ///< the log knows that Redis is away
  int failures_ = 0;   ///< in a row
  std::uint64_t number_ = 0;
};

}  // namespace souk::redis::detail
