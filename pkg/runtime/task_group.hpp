#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/task.hpp"

namespace souk::runtime {

/// Coroutines that run beside their starter and are waited for before it ends. What they throw is
/// theirs to handle. On one event loop.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor loop);

  void spawn(Task<> task);
  std::size_t running() const { return running_; }
  /// Until none is running.
  Task<> wait();

 private:
  boost::asio::any_io_executor loop_;
  boost::asio::steady_timer ended_;  ///< never expires; cancelled whenever one ends
  std::size_t running_ = 0;
};

}  // namespace souk::runtime
