#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "middleware/log.hpp"
#include "runtime/task_group.hpp"

namespace souk::runtime {

/// Does something again and again: every `interval`, and at once when woken, but never within
/// `least_pause` of its last round (so that what comes thick and fast is done together). What it throws
/// is logged and tried again. Owned by the module, on its loop; stop() waits for the round in hand.
class Job {
 public:
  using Body = std::function<Task<>()>;

  Job(boost::asio::any_io_executor loop, Log& log, std::string name,
      std::chrono::milliseconds interval, Body body,
      std::chrono::milliseconds least_pause = std::chrono::milliseconds{0});

  void start();
  void wake();
  Task<> stop();

 private:
  Task<> repeat();
  Task<> round();
  Task<> pause(std::chrono::steady_clock::time_point until);

  Log& log_;
  std::string name_;
  std::chrono::milliseconds interval_;
  std::chrono::milliseconds least_pause_;
  Body body_;
  boost::asio::steady_timer timer_;
  TaskGroup rounds_;
  bool woken_ = false;
  bool stopping_ = false;
};

}  // namespace souk::runtime
