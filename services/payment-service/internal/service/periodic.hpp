#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "internal/service/workers.hpp"
#include "middleware/log.hpp"
#include "runtime/task.hpp"

namespace souk::payment {

/// Runs a job again and again on its loop, `pause` after it has ended; a failure is logged and the
/// job goes on. Owned by the module; stop() waits for the run in hand.
class Periodic {
 public:
  using Job = std::function<Task<>()>;

  Periodic(boost::asio::any_io_executor loop, Log& log, std::chrono::milliseconds pause, Job job)
      : log_(log), pause_(pause), job_(std::move(job)), timer_(loop), worker_(loop) {}

  void start() { worker_.start(run()); }

  Task<> stop() {
    stopping_ = true;
    timer_.cancel();
    co_await worker_.wait();
  }

 private:
  Task<> run() {
    while (!stopping_) {
      co_await attempt();
      if (stopping_) break;
      timer_.expires_after(pause_);
      boost::system::error_code woken;
      co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
  }

  Task<> attempt() {
    try {
      co_await job_();
    } catch (const std::exception& error) {
      log_.warn("a periodic job failed and will be tried again", {{"why", error.what()}});
    }
  }

  Log& log_;
  std::chrono::milliseconds pause_;
  Job job_;
  boost::asio::steady_timer timer_;
  Workers worker_;
  bool stopping_ = false;
};

}  // namespace souk::payment
