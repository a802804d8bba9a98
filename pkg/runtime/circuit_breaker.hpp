#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "middleware/metrics.hpp"

namespace souk::rpc {

/// Stops calling a service that does not answer, so that callers fail at once instead of each waiting for its
/// own time-out, and lets a probe through each second until an answer comes.
///
/// | state     | calls                                  | ends with                                          |
/// |-----------|----------------------------------------|----------------------------------------------------|
/// | closed    | all                                    | mostly failures within two seconds -> open         |
/// | open      | none                                   | a second -> half-open, with the next call as probe |
/// | half-open | none but the probe; each second a new  | any answer -> closed; a failure -> open            |
///
/// Only what says that the callee is not there counts as a failure: it could not be reached, or did not
/// answer in time. An error that it answers with is an answer. Owned by a Channel; any thread; time is
/// handed in.
class CircuitBreaker {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  enum class State { closed, half_open, open };

  /// How long nobody calls. Short, because a service that restarts is back within a second or two, and a
  /// probe a second burdens nobody.
  static constexpr std::chrono::seconds kOpenFor{1};
  /// Fewer prove nothing.
  static constexpr int kLeastFailures = 5;

  /// `callee` labels souk_breaker_state (0 closed, 1 half-open, 2 open), souk_breaker_opened_total and
  /// souk_breaker_refused_total.
  CircuitBreaker(Metrics& metrics, const std::string& callee);

  /// Whether to make a call now. After true comes answered() or failed(), or neither where the outcome says
  /// nothing about the callee.
  bool allow(Instant now);
  void answered(Instant now);
  void failed(Instant now);

  /// Closed, with nothing counted: the channel leads elsewhere now.
  void reset();

  State state() const;

 private:
  struct Outcomes {
    int answered = 0;
    int failed = 0;
  };

  void roll(Instant now);
  bool mostly_failed() const;
  void become(State state);

  mutable std::mutex mutex_;
  State state_ = State::closed;
  Instant next_probe_{};
  Instant second_began_{};
  Outcomes this_second_;
  Outcomes last_second_;
  prometheus::Gauge& state_shown_;
  prometheus::Counter& opened_;
  prometheus::Counter& refused_;
};

}  // namespace souk::rpc
