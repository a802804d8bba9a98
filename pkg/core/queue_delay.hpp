#pragma once

#include <chrono>
#include <mutex>

namespace souk {

/// How long work has to wait in one queue before it begins. A burst empties again, so that somebody waits
/// next to nothing; a queue that stands makes everybody wait: so what counts is the shortest wait of the last
/// tenth of a second (as in CoDel, RFC 8289). Owned by whoever has the queue; any thread; time is handed in.
class QueueDelay {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  /// Long enough for some work to begin even where each piece takes tens of milliseconds, short enough to be
  /// over a burst of refusals in the blink of an eye.
  static constexpr std::chrono::milliseconds kInterval{100};

  /// Something begins that has waited this long.
  void waited(Duration wait, Instant now);

  /// The shortest wait of the last full interval; zero where nothing has begun for longer than that wait,
  /// for then nothing waits any more.
  Duration standing(Instant now) const;

 private:
  /// The shortest wait of the interval that has just ended.
  Duration of_interval(Instant now) const;

  mutable std::mutex mutex_;
  Instant began_{};
  Duration shortest_ = Duration::max();
  Duration standing_{};
};

}  // namespace souk
