#pragma once

#include <exception>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/task.hpp"

namespace souk::payment {

/// Tasks that run side by side on one loop, waited for together. wait() has to be awaited before it
/// ends. What a task throws ends the process: a task deals with its own failures.
class Workers {
 public:
  explicit Workers(boost::asio::any_io_executor loop)
      : loop_(std::move(loop)), done_(loop_, boost::asio::steady_timer::time_point::max()) {}

  void start(Task<> task) {
    ++running_;
    boost::asio::co_spawn(loop_, std::move(task), [this](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
      if (--running_ == 0) done_.cancel();
    });
  }

  Task<> wait() {
    boost::system::error_code woken;
    while (running_ > 0) {
      co_await done_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
  }

 private:
  boost::asio::any_io_executor loop_;
  boost::asio::steady_timer done_;
  int running_ = 0;
};

}  // namespace souk::payment
