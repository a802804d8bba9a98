#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "middleware/log.hpp"

namespace souk::app {

/// A private server that is started again whenever it dies, by a thread of its own: a start takes
/// seconds, and nobody else should wait for it. `Server` is blocking and has start(), stop(), running()
/// and pid(). Made, started and stopped by one thread; pid() by any.
template <class Server>
class Kept {
 public:
  /// The log outlives it.
  Kept(Log& log, std::string name, std::filesystem::path folder)
      : log_(log), name_(std::move(name)), server_(std::move(folder)) {}
  ~Kept() { leave_alone(); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

  /// Returns once it answers.
  void start() {
    server_.start();
    pid_ = server_.pid();
    watch_ = std::jthread{[this](const std::stop_token& stop) { watch(stop); }};
  }

  void stop() {
    leave_alone();
    server_.stop();
    pid_ = 0;
  }

  /// 0 while it does not run.
  int pid() const { return pid_; }
  const std::string& name() const { return name_; }
  /// What start() has made known: addresses.
  Server& server() { return server_; }

 private:
  static constexpr std::chrono::milliseconds kLook{100};
  static constexpr std::chrono::seconds kPauseAfterFailure{1};

  void leave_alone() {
    watch_.request_stop();
    if (watch_.joinable()) watch_.join();
  }

  void watch(const std::stop_token& stop) {
    while (sleep(stop, kLook)) {
      if (server_.running()) continue;
      pid_ = 0;
      log_.warn("a server died; it is started again", {{"server", std::string_view{name_}}});
      try {
        server_.start();
        pid_ = server_.pid();
      } catch (const std::exception& failure) {
        log_.error("a server does not start", {{"server", std::string_view{name_}},
                                               {"reason", std::string_view{failure.what()}}});
        sleep(stop, kPauseAfterFailure);
      }
    }
  }

  /// False once it is told to stop.
  bool sleep(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock{mutex_};
    woken_.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
  }

  Log& log_;
  std::string name_;
  Server server_;
  std::atomic<int> pid_{0};
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::jthread watch_;
};

}  // namespace souk::app
