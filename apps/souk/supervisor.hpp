#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "middleware/log.hpp"
#include "process_table.hpp"

namespace souk::app {

/// A program that the supervisor keeps running.
struct ChildSpec {
  std::string name;
  std::vector<std::string> command;           ///< program and arguments
  config::Settings::Environment environment;  ///< all of it
  Ports ports;
};

/// Starts child processes, starts again those that end (after a pause that doubles up to 5 s, unless they
/// were asked to end), and stops them. A child gets SIGTERM when the supervisor dies, however it dies. Single-threaded: all
/// calls come from the main thread, which also waits in run().
class Supervisor {
 public:
  explicit Supervisor(Log& log);
  /// Kills what stop() has not ended.
  ~Supervisor();

  void add(ChildSpec spec);

  /// Watches the children, and calls `tick` every 200 ms, until SIGTERM or SIGINT arrives.
  void run(const std::function<void()>& tick);

  /// What there is, in the order of its start.
  std::vector<ProcessEntry> processes() const;

  /// SIGTERM to all, in reverse order of their start, replicas of one program together, waiting up to
  /// `limit`; then SIGKILL.
  void stop(std::chrono::milliseconds limit);

 private:
  using Instant = std::chrono::steady_clock::time_point;

  struct Child {
    ChildSpec spec;
    int pid = 0;  // 0: not running
    std::chrono::milliseconds pause{0};
    Instant started{};
    Instant start_again{};
  };

  void start(Child& child);
  void reap();
  /// False once the time is over before the child has ended.
  static bool await_end(Child& child, Instant deadline);

  Log& log_;
  std::vector<Child> children_;
};

/// The program `name` beside this one.
std::string sibling_program(std::string_view name);

}  // namespace souk::app
