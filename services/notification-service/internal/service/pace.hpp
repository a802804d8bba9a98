#pragma once

#include <algorithm>
#include <cstdint>

#include "core/clock.hpp"

namespace souk::notification {

/// How fast a provider is given messages: so many a second, a second's worth at once; none while it has asked
/// for rest. Not thread-safe.
class Pace {
 public:
  using Span = std::chrono::microseconds;

  explicit Pace(std::int64_t per_second) : gap_(Span{std::chrono::seconds{1}} / per_second) {}

  /// Zero: go, now. Otherwise how long to wait, and nothing is taken.
  Span take(Time now) {
    const auto earliest = std::max(next_ - std::chrono::seconds{1} + gap_, held_until_);
    if (now < earliest) return earliest - now;
    next_ = std::max(next_, now) + gap_;
    return Span::zero();
  }

  /// How many may go now.
  std::int64_t room(Time now) const {
    if (now < held_until_) return 0;
    return std::max<std::int64_t>(0, (now + std::chrono::seconds{1} - std::max(next_, now)) / gap_);
  }

  void hold(Time until) { held_until_ = std::max(held_until_, until); }

 private:
  Span gap_;
  Time next_{};  ///< when all that was taken would be done at an even pace
  Time held_until_{};
};

}  // namespace souk::notification
