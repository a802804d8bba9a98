#include "latencies.hpp"

#include <algorithm>
#include <cmath>

namespace souk::load {

void Latencies::add(std::chrono::steady_clock::duration took) {
  taken_us_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

double Latencies::percentile_ms(double percent) {
  if (taken_us_.empty()) return 0;
  const auto count = taken_us_.size();
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(count)));
  const auto at = taken_us_.begin() + static_cast<std::ptrdiff_t>(std::clamp(rank, 1UL, count) - 1);
  std::nth_element(taken_us_.begin(), at, taken_us_.end());
  return static_cast<double>(*at) / 1000;
}

}  // namespace souk::load
