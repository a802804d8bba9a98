#include "core/failpoint.hpp"

#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace souk::failpoint {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

Task<> pass(Steady::time_point deadline) { SOUK_FAILPOINT("order.after_place", deadline); }

/// Runs past the point; gives the code of what was thrown, empty for nothing.
std::string reach(Steady::time_point deadline = Steady::now() + 1min) {
  boost::asio::io_context loop;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, pass(deadline), [&](std::exception_ptr error) { failure = error; });
  loop.run();
  try {
    if (failure) std::rethrow_exception(failure);
    return "";
  } catch (const Error& error) {
    return error.code;
  }
}

class FailpointTest : public ::testing::Test {
 protected:
  void arm_place(const std::string& plan) {
    disarm();
    arm("order.after_place=" + plan, "", [this](auto point, auto action) {
      reported.push_back(std::string{point} + " " + std::string{action});
    });
  }

  /// What arm() says of it.
  static std::string refusal(const std::string& points, const std::string& bugs = "") {
    disarm();
    try {
      arm(points, bugs, {});
    } catch (const Error& error) {
      return error.code + ": " + error.detail;
    }
    return "";
  }

  /// A trap takes the point over, and leaves it disarmed.
  static void disarm() {
    Trap{"order.after_place", [] {}};
  }

  ~FailpointTest() override {
    disarm();
    arm("", "", {});
  }

  std::vector<std::string> reported;
};

TEST_F(FailpointTest, IsNothingUnlessArmed) { EXPECT_EQ(reach(), ""); }

TEST_F(FailpointTest, FailsTheNthTimeOnly) {
  arm_place("fail@3");
  std::vector<std::string> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(reach());
  EXPECT_EQ(seen, (std::vector<std::string>{"", "", "unavailable", "", ""}));
  EXPECT_EQ(reported, (std::vector<std::string>{"order.after_place fail"}));
}

TEST_F(FailpointTest, AShareOfTheTimesIsTheSameForTheSameSeed) {
  std::vector<std::vector<bool>> runs;
  for (const auto* plan : {"fail%30;seed=1", "fail%30;seed=1", "fail%30;seed=2"}) {
    arm_place(plan);
    auto& failed = runs.emplace_back();
    for (int i = 0; i < 1000; ++i) failed.push_back(!reach().empty());
  }
  const auto share = std::ranges::count(runs[0], true);
  EXPECT_GT(share, 230);
  EXPECT_LT(share, 370);
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
}

TEST_F(FailpointTest, DelaysAndGoesOn) {
  arm_place("delay(30)");
  const auto start = Steady::now();
  EXPECT_EQ(reach(), "");
  EXPECT_GE(Steady::now() - start, 30ms);
}

TEST_F(FailpointTest, HangsUntilTheDeadline) {
  arm_place("hang");
  const auto deadline = Steady::now() + 30ms;
  EXPECT_EQ(reach(deadline), "deadline_exceeded");
  EXPECT_GE(Steady::now(), deadline);
}

TEST_F(FailpointTest, KillsTheProcess) {
  EXPECT_EXIT(
      {
        arm_place("kill@2");
        reach();
        reach();
      },
      ::testing::KilledBySignal(SIGKILL), "");
}

TEST_F(FailpointTest, ATrapEndsWithItsScope) {
  {
    const Trap trap{"order.after_place", [] { throw not_found("thing"); }};
    EXPECT_EQ(reach(), "not_found");
    EXPECT_EQ(reach(), "not_found");
  }
  EXPECT_EQ(reach(), "");
}

TEST_F(FailpointTest, ABugIsThereWhilePlanted) {
  EXPECT_FALSE(planted("inventory.no_lock"));
  {
    const PlantedBug bug{"inventory.no_lock"};
    EXPECT_TRUE(planted("inventory.no_lock"));
    EXPECT_FALSE(planted("inventory.no_ledger"));
  }
  EXPECT_FALSE(planted("inventory.no_lock"));
}

TEST_F(FailpointTest, WhatCannotBeReadStopsTheStart) {
  for (const auto* wrong :
       {"order.after_lunch=kill", "order.after_place", "order.after_place=", "=kill",
        "order.after_place=explode", "order.after_place=kill@", "order.after_place=kill@0",
        "order.after_place=kill@x", "order.after_place=fail%101", "order.after_place=fail%",
        "order.after_place=delay", "order.after_place=delay(", "order.after_place=delay(x)",
        "order.after_place=delay(5)x", "order.after_place=kill(5)", "order.after_place=kill@2@3",
        "order.after_place=kill;order.after_place=fail", "seed=x", "order.after_place=kill,"}) {
    EXPECT_TRUE(refusal(wrong).starts_with("invalid_setting: SOUK_TEST_FAILPOINTS")) << wrong;
  }
  EXPECT_TRUE(refusal("", "inventory.no_luck").starts_with("invalid_setting: ")) << "a bug";
  EXPECT_EQ(refusal("seed=5;;order.after_place=delay(5)%10;"), "");
}

TEST(FailpointNames, AreUnique) {
  std::vector<std::string_view> names;
  for (const auto& point : kPoints) names.push_back(point.name);
  for (const auto& bug : kBugs) names.push_back(bug.name);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace souk::failpoint
