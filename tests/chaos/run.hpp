#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "judge.hpp"
#include "schedule.hpp"
#include "shoppers.hpp"
#include "stage.hpp"
#include "summary.hpp"

namespace souk::chaos {

/// What a run is to do.
struct RunPlan {
  testing::Shape shape = testing::Shape::replicas;
  std::uint64_t seed = 1;
  std::chrono::milliseconds length{30'000};  ///< of the schedule that the seed gives
  std::vector<Fault> script = {};            ///< this instead of a schedule from the seed
  Habits habits = {};
  int hot = 3;  ///< articles with little stock
  std::vector<std::string> environment = {};
  /// For every unknown outcome to be told, and then for the platform to come to rest.
  std::chrono::seconds settle{120};
};

struct RunResult {
  std::vector<Violation> violations;
  std::size_t unknown = 0;      ///< calls that nobody answered, however often they were asked
  std::int64_t sold = 0;        ///< orders acknowledged
  std::int64_t slowest_ms = 0;  ///< the longest that an answer took
  std::string summary;
  std::string folder;  ///< record, schedule and log; kept where something is wrong, else gone
};

/// Shoppers at the shop while things break, as the seed says; then everything heals, what is unknown is
/// asked again, and the judge speaks. Blocking; isolate() before.
RunResult run(const RunPlan& plan);

}  // namespace souk::chaos
