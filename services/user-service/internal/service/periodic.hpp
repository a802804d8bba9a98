#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "middleware/log.hpp"
#include "runtime/task.hpp"

namespace souk::user {

/// Runs a job at once and then again and again, `pause` after it has ended; a failure is logged and
/// the job goes on. Owned by the module, on its loop; stop() waits for the run in hand.
class Periodic {
 public:
  using Job = std::function<Task<>()>;

  Periodic(const boost::asio::any_io_executor& loop, Log& log, std::string name,
           std::chrono::milliseconds pause, Job job);

  void start();
  Task<> stop();

 private:
  Task<> repeat();
  Task<> attempt();

  Log& log_;
  std::string name_;
  std::chrono::milliseconds pause_;
  Job job_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer ended_;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace souk::user
