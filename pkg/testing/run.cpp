#include "testing/run.hpp"

#include <exception>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>

namespace souk::testing {

void run_to_end(boost::asio::io_context& loop, std::vector<Task<>> tasks) {
  std::exception_ptr failure;
  std::size_t running = tasks.size();
  if (running == 0) return;
  for (auto& task : tasks) {
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error) {
      if (error && !failure) failure = std::move(error);
      if (--running == 0) loop.stop();
    });
  }
  loop.restart();
  loop.run();
  if (running > 0) throw std::logic_error("a task waits for something that never happens");
  if (failure) std::rethrow_exception(failure);
}

}  // namespace souk::testing
