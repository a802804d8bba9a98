#include "internal/service/task_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace souk::order {

TaskGroup::TaskGroup(boost::asio::any_io_executor loop)
    : loop_(std::move(loop)), ended_(loop_, boost::asio::steady_timer::time_point::max()) {}

void TaskGroup::spawn(Task<> task) {
  ++running_;
  boost::asio::co_spawn(loop_, std::move(task), [this](const std::exception_ptr& failure) {
    --running_;
    ended_.cancel();
    if (failure) std::rethrow_exception(failure);
  });
}

Task<> TaskGroup::wait() {
  while (running_ > 0) {
    boost::system::error_code woken;
    co_await ended_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
  }
}

}  // namespace souk::order
