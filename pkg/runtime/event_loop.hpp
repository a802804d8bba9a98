#pragma once

#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace souk::runtime {

/// One thread that runs one io_context. A module lives on one of these, so it needs no locks.
/// Owned by the Host; the destructor lets what is queued finish and joins the thread.
class EventLoop {
 public:
  /// `name`: of the thread, for those who look at it from outside (top -H); the first 15 characters count.
  /// `niceness`: how far the thread gives way to others where the processors do not suffice (nice(2)).
  explicit EventLoop(std::string name = "loop", int niceness = 0);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  boost::asio::io_context& context() { return context_; }
  boost::asio::any_io_executor executor() { return context_.get_executor(); }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      context_.get_executor()};
  std::thread thread_;
};

}  // namespace souk::runtime
