#include "internal/service/job.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::order {

Job::Job(boost::asio::any_io_executor loop, Log& log, std::string name,
         std::chrono::milliseconds interval, Body body)
    : log_(log),
      name_(std::move(name)),
      interval_(interval),
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
    if (woken_ || stopping_) continue;
    timer_.expires_after(interval_);
    boost::system::error_code woken;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
}

Task<> Job::round() {
  try {
    co_await body_();
  } catch (const std::exception& failure) {
    log_.warn("job failed",
              {{"job", std::string_view{name_}}, {"reason", std::string_view{failure.what()}}});
  }
}

}  // namespace souk::order
