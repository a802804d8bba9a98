#include "core/queue_delay.hpp"

#include <algorithm>

namespace souk {
namespace {

constexpr std::chrono::seconds kLongestSilence{1};

}  // namespace

void QueueDelay::waited(Duration wait, Instant now) {
  const std::scoped_lock lock{mutex_};
  if (now >= began_ + kInterval) {
    standing_ = of_interval(now);
    began_ = now;
    shortest_ = Duration::max();
  }
  shortest_ = std::min(shortest_, wait);
}

QueueDelay::Duration QueueDelay::standing(Instant now) const {
  const std::scoped_lock lock{mutex_};
  return now < began_ + kInterval ? standing_ : of_interval(now);
}

QueueDelay::Duration QueueDelay::of_interval(Instant now) const {
  const auto good_for = std::clamp<Duration>(shortest_, kInterval, kLongestSilence);
  return now < began_ + kInterval + good_for ? shortest_ : Duration{};
}

}  // namespace souk
