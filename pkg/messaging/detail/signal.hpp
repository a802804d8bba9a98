#pragma once

#include <chrono>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/task.hpp"

namespace souk::messaging::detail {

/// Something one coroutine waits for and others set off. A signal that comes while nobody waits is
/// kept. On one event loop.
class Signal {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  explicit Signal(const boost::asio::any_io_executor& loop) : timer_(loop) {}

  void raise() {
    raised_ = true;
    timer_.cancel();
  }

  /// Until it is raised or `until` has come; takes the signal back.
  Task<> wait(Deadline until = Deadline::max()) {
    boost::system::error_code ignored;
    timer_.expires_at(until);
    while (!raised_ && std::chrono::steady_clock::now() < until) {
      co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    }
    raised_ = false;
  }

 private:
  boost::asio::steady_timer timer_;
  bool raised_ = false;
};

}  // namespace souk::messaging::detail
