#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace souk::load {

/// How long each of many requests took. A plain value.
class Latencies {
 public:
  void add(std::chrono::steady_clock::duration took);

  std::size_t count() const { return taken_us_.size(); }

  /// What `percent` of the requests took at most (nearest rank), in ms; 0 where there were none.
  double percentile_ms(double percent);

 private:
  std::vector<std::int64_t> taken_us_;
};

}  // namespace souk::load
