#include "internal/service/periodic.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::user {
namespace {

Task<> sleep(boost::asio::steady_timer& timer) {
  boost::system::error_code woken;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
}

}  // namespace

Periodic::Periodic(const boost::asio::any_io_executor& loop, Log& log, std::string name,
                   std::chrono::milliseconds pause, Job job)
    : log_(log),
      name_(std::move(name)),
      pause_(pause),
      job_(std::move(job)),
      timer_(loop),
      ended_(loop, boost::asio::steady_timer::time_point::max()) {}

void Periodic::start() {
  running_ = true;
  boost::asio::co_spawn(timer_.get_executor(), repeat(), boost::asio::detached);
}

Task<> Periodic::stop() {
  stopping_ = true;
  timer_.cancel();
  while (running_) co_await sleep(ended_);
}

Task<> Periodic::repeat() {
  while (!stopping_) {
    co_await attempt();
    if (stopping_) break;
    timer_.expires_after(pause_);
    co_await sleep(timer_);
  }
  running_ = false;
  ended_.cancel();
}

Task<> Periodic::attempt() {
  try {
    co_await job_();
  } catch (const std::exception& error) {
    log_.warn("a periodic job failed and will be tried again",
              {{"job", std::string_view{name_}}, {"reason", std::string_view{error.what()}}});
  }
}

}  // namespace souk::user
