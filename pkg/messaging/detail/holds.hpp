#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "messaging/detail/backoff.hpp"

namespace souk::messaging::detail {

/// Aggregates whose events wait because one of them was not accepted, each longer with every time.
/// On one event loop.
class Holds {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  void hold(const std::string& aggregate, Random& random) {
    auto& hold = holds_[aggregate];
    hold.until = std::chrono::steady_clock::now() + hold.backoff.next(random);
  }
  /// An event of it was accepted.
  void release(const std::string& aggregate) { holds_.erase(aggregate); }
  /// Forgets those of whom nothing waits any more.
  void keep(const std::function<bool(const std::string& aggregate)>& waits) {
    std::erase_if(holds_, [&](const auto& entry) { return !waits(entry.first); });
  }

  bool waits(const std::string& aggregate, Deadline now) const {
    const auto found = holds_.find(aggregate);
    return found != holds_.end() && found->second.until > now;
  }
  std::vector<std::string> waiting() const {
    std::vector<std::string> names;
    const auto now = std::chrono::steady_clock::now();
    for (const auto& [aggregate, hold] : holds_) {
      if (hold.until > now) names.push_back(aggregate);
    }
    return names;
  }
  /// When the first of them may be tried again.
  Deadline next() const {
    auto next = Deadline::max();
    for (const auto& [aggregate, hold] : holds_) next = std::min(next, hold.until);
    return next;
  }
  std::size_t size() const { return holds_.size(); }

 private:
  struct Hold {
    Deadline until;
    Backoff backoff;
  };
  std::map<std::string, Hold> holds_;
};

}  // namespace souk::messaging::detail
