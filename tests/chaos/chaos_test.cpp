#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "run.hpp"
#include "variables.hpp"

/// Seven programs with two replicas each, under shoppers, while everything breaks. SOUK_TEST_SEED chooses
/// what breaks when, SOUK_TEST_MINUTES how long, SOUK_TEST_SHOPPERS how many buy.
namespace souk::chaos {
namespace {

using namespace std::chrono_literals;

/// What `make test` has time for.
constexpr auto kShort = 45s;

TEST(Chaos, NothingIsLostWhateverDies) {
  const auto& isolation = isolate();
  const auto seed = text_variable("SOUK_TEST_SEED", "1");
  const auto minutes = text_variable("SOUK_TEST_MINUTES", "");
  RunPlan plan;
  plan.seed = std::stoull(seed);
  plan.length = minutes.empty() ? std::chrono::milliseconds{kShort}
                                : std::chrono::milliseconds{std::stoll(minutes) * 60'000};
  plan.habits = {.shoppers = std::stoi(text_variable("SOUK_TEST_SHOPPERS", "12")),
                 .hot = 4,
                 .decline = 10,
                 .cancel = 8,
                 .fulfil = 4,
                 .refund = 8,
                 .mischief = 20};
  std::cout << fmt::format("replay with: make test-chaos SEED={} MINUTES={}\n", seed, minutes);
  if (!isolation.why_not.empty())
    std::cout << "NOT BROKEN HERE (no disk fills up, no packets vanish): " << isolation.why_not
              << std::endl;

  const auto result = run(plan);

  std::cout << result.summary << std::flush;
  EXPECT_EQ(result.unknown, 0U) << "calls that nobody answers";
  EXPECT_GT(result.sold, 100);
  EXPECT_TRUE(result.violations.empty())
      << report(result.violations) << "record, schedule and log: " << result.folder
      << "\nreplay with: make test-chaos SEED=" << seed << " MINUTES=" << minutes;
}

}  // namespace
}  // namespace souk::chaos
