#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "core/clock.hpp"
#include "http/server.hpp"
#include "raw_connection.hpp"

namespace souk::http::testing {

/// Event loops, each run by a thread of its own.
class Loops {
 public:
  explicit Loops(std::size_t count);
  ~Loops();

  std::vector<boost::asio::io_context*> all();
  boost::asio::io_context& first() { return *loops_.front(); }

  /// Runs a coroutine on the first loop and waits for it.
  template <class T>
  T run(Task<T> task) {
    return boost::asio::co_spawn(first(), std::move(task), boost::asio::use_future).get();
  }

 private:
  using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;
  std::vector<std::unique_ptr<boost::asio::io_context>> loops_;
  std::vector<Guard> guards_;
  std::vector<std::thread> threads_;
};

/// A started server on a free port with two loops.
class TestServer {
 public:
  explicit TestServer(Handler handler, ServerSettings settings = {});
  ~TestServer();

  std::uint16_t port() const { return server_->port(); }
  std::size_t connections() const { return server_->connections(); }
  void give_notice() { loops_.run(server_->give_notice()); }
  bool stop(std::chrono::milliseconds limit) { return loops_.run(server_->stop(limit)); }
  Loops& loops() { return loops_; }

 private:
  SystemClock clock_;
  Loops loops_{2};
  std::unique_ptr<Server> server_;
};

/// Waits up to 10 s for a condition.
template <class Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return false;
}

}  // namespace souk::http::testing
