#include <algorithm>
#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/failpoint.hpp"
#include "run.hpp"
#include "variables.hpp"

/// The judge is judged on the real platform: with a bug planted it must find what the bug breaks. A few
/// of them in `make test`, all of them (SOUK_TEST_EVERY_BUG) in `make test-chaos-judge`.
namespace souk::chaos {
namespace {

using namespace std::chrono_literals;
using testing::Shape;
using enum FaultKind;

/// A bug, what brings it to light, and the invariants of which one must be found broken.
struct Bug {
  std::string name;
  Shape shape = Shape::one_process;
  std::vector<Fault> script;
  std::vector<int> invariants;
  bool quick = false;
};

void PrintTo(const Bug& bug, std::ostream* out) { *out << bug.name; }

const std::vector<Bug>& bugs() {
  static const std::vector<Fault> nothing{{4s, slice_link, "provider", 100ms}};
  static const std::vector<Fault> silence{{1s, swallow_replies, "provider", 5s}};
  static const std::vector<Bug> all{
      {"inventory.no_lock", Shape::replicas, nothing, {1, 2, 18}},
      {"inventory.no_ledger", Shape::one_process, nothing, {2, 18}},
      {"order.confirm_uncharged", Shape::one_process, nothing, {4}, true},
      {"order.key_ignored", Shape::one_process, nothing, {7}},
      {"order.release_paid", Shape::one_process, nothing, {3, 18}},
      {"payment.guess_after_timeout", Shape::one_process, silence, {4}},
      {"payment.key_per_attempt", Shape::one_process, silence, {4, 5}},
      {"payment.no_ledger", Shape::one_process, nothing, {23}},
      {"outbox.not_written", Shape::one_process, nothing, {3, 9}, true},
      {"consumer.refusal_accepted",
       Shape::one_process,
       {{1s, stall_link, "postgres", 4s}, {6s, kill_postgres, ""}, {9s, kill_postgres, ""}},
       {3, 9}},
      {"database.commit_unflushed",
       Shape::one_process,
       {{2s, kill_postgres, ""}, {5s, kill_postgres, ""}, {8s, kill_postgres, ""}},
       {4, 7, 9, 11}},
  };
  return all;
}

std::vector<Bug> chosen() {
  const bool every = !text_variable("SOUK_TEST_EVERY_BUG", "").empty();
  auto some = bugs();
  std::erase_if(some, [every](const Bug& bug) { return !every && !bug.quick; });
  return some;
}

TEST(PlantedBugs, AreAllJudged) {
  for (const auto& planted : failpoint::kBugs) {
    EXPECT_TRUE(std::ranges::any_of(bugs(), [&](const Bug& bug) {
      return bug.name == planted.name;
    })) << planted.name;
  }
}

class PlantedBug : public ::testing::TestWithParam<Bug> {};

TEST_P(PlantedBug, IsFound) {
  const auto& bug = GetParam();
  isolate();
  const auto result = run({.shape = bug.shape,
                           .script = bug.script,
                           .habits = {.shoppers = 16,
                                      .hot = 3,
                                      .decline = 6,
                                      .cancel = 6,
                                      .fulfil = 6,
                                      .refund = 6,
                                      .mischief = 6},
                           .environment = {"SOUK_TEST_BUGS=" + bug.name},
                           .settle = 12s});
  std::filesystem::remove_all(result.folder);
  std::cout << fmt::format("{}:\n{}", bug.name, report(result.violations)) << std::flush;
  EXPECT_TRUE(std::ranges::any_of(result.violations, [&](const Violation& violation) {
    return std::ranges::find(bug.invariants, violation.invariant) != bug.invariants.end();
  }));
}

INSTANTIATE_TEST_SUITE_P(Judge, PlantedBug, ::testing::ValuesIn(chosen()), [](const auto& param) {
  auto name = param.param.name;
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace souk::chaos
