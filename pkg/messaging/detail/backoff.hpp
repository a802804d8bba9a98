#pragma once

#include <algorithm>
#include <chrono>

#include "core/random.hpp"

namespace souk::messaging::detail {

/// How long to wait before the next attempt: doubles from 50 ms to 5 s, each a random part of that
/// between half and whole, so that those who failed together do not come back together.
class Backoff {
 public:
  std::chrono::milliseconds next(Random& random) {
    span_ = std::clamp(span_ * 2, kFirst, kLongest);
    const auto half = span_.count() / 2;
    return std::chrono::milliseconds{half + static_cast<std::int64_t>(random.next() % (half + 1))};
  }
  void reset() { span_ = std::chrono::milliseconds{0}; }

 private:
  static constexpr std::chrono::milliseconds kFirst{50};
  static constexpr std::chrono::milliseconds kLongest{5000};
  std::chrono::milliseconds span_{0};
};

}  // namespace souk::messaging::detail
