#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <time.h>

#include "tests/simulation/scenario.hpp"

/// simulation_test [--gtest_...]   the tests
/// simulation_test --seed N        one run, with its trace
/// simulation_test --seeds N       that many runs from a seed that is told; stops at the first failure
namespace {

using souk::simulation::Outcome;
using souk::simulation::run_scenario;

/// Of this process, not of the simulation.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

int report(std::uint64_t seed, const Outcome& outcome) {
  for (const auto& violation : outcome.violations) fmt::print("seed {}: {}\n", seed, violation);
  return outcome.violations.empty() ? 0 : 1;
}

int run_many(std::uint64_t count) {
  const auto first = static_cast<std::uint64_t>(time(nullptr)) << 20;
  Outcome sum;
  const double began = processor_seconds();
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto outcome = run_scenario(first + i);
    if (!outcome.violations.empty()) {
      fmt::print("replay with: simulation_test --seed {}\n", first + i);
      return report(first + i, outcome);
    }
    sum.steps += outcome.steps;
    sum.orders += outcome.orders;
    sum.confirmed += outcome.confirmed;
    sum.kills += outcome.kills;
    sum.unanswered += outcome.unanswered;
  }
  const double seconds = processor_seconds() - began;
  fmt::print(
      "{} seeds from {} in {:.1f} s: {:.0f} a second; {} orders, {} paid, {} kills, {} answers "
      "lost, {} steps\n",
      count, first, seconds, static_cast<double>(count) / seconds, sum.orders, sum.confirmed,
      sum.kills, sum.unanswered, sum.steps);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3) {
    const std::string_view option{argv[1]};
    const std::string_view text{argv[2]};
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool fits = error == std::errc{} && end == text.data() + text.size();
    if (fits && option == "--seed") return report(number, run_scenario(number, {}, true));
    if (fits && option == "--seeds") return run_many(number);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
