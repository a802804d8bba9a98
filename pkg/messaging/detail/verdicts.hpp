#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace souk::messaging::detail {

/// What becomes of messages that were handed to a broker, gathered from its threads; tells when all
/// is known. Each message has one verdict: empty where the broker has it.
class Verdicts {
 public:
  using Done = std::function<void(std::vector<std::string>)>;

  Verdicts(std::size_t count, Done done)
      : verdicts_(count), missing_(count), done_(std::move(done)) {}

  void set(std::size_t index, std::string verdict) {
    verdicts_[index] = std::move(verdict);
    if (missing_.fetch_sub(1) == 1) done_(std::move(verdicts_));
  }

 private:
  std::vector<std::string> verdicts_;
  std::atomic<std::size_t> missing_;
  Done done_;
};

}  // namespace souk::messaging::detail
