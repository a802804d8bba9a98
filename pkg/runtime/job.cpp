#include "runtime/job.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::runtime {

Job::Job(boost::asio::any_io_executor loop, Log& log, std::string name,
         std::chrono::milliseconds interval, Body body, std::chrono::milliseconds least_pause)
    : log_(log),
      name_(std::move(name)),
      interval_(interval),
      least_pause_(least_pause),
      body_(std::move(body)),
      timer_(loop),
      rounds_(std::move(loop)) {}

void Job::start() { rounds_.spawn(repeat()); }

void Job::wake() {
  woken_ = true;
  timer_.cancel();
}

Task<> Job::stop() {
  stopping_ = true;
  wake();
  co_await rounds_.wait();
}

Task<> Job::repeat() {
  while (!stopping_) {
    woken_ = false;
    co_await round();
    const auto rested = std::chrono::steady_clock::now() + least_pause_;
    if (!woken_ && !stopping_) co_await pause(std::chrono::steady_clock::now() + interval_);
    while (!stopping_ && std::chrono::steady_clock::now() < rested) co_await pause(rested);
  }
}

/// Until then, or until it is woken.
Task<> Job::pause(std::chrono::steady_clock::time_point until) {
  timer_.expires_at(until);
  boost::system::error_code woken;
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

Task<> Job::round() {
  try {
    co_await body_();
  } catch (const std::exception& failure) {
    log_.warn("job failed",
              {{"job", std::string_view{name_}}, {"reason", std::string_view{failure.what()}}});
  }
}

}  // namespace souk::runtime
