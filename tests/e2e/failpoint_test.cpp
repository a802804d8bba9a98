#include "core/failpoint.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "chaos/shoppers.hpp"
#include "chaos/verdict.hpp"
#include "support/running_platform.hpp"

/// Every failpoint of the platform: struck while shoppers buy, cancel and are declined, and the staff
/// refunds. Afterwards, without failpoints, the judge finds nothing.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;

constexpr chaos::Habits kHabits{
    .shoppers = 8, .decline = 3, .cancel = 2, .refund = 3, .patience = 8'000ms};

/// One data folder, one life after the other.
class FailpointTest : public ::testing::TestWithParam<const char*> {
 protected:
  FailpointTest() {
    platform_.start();
    recorder_.emplace(platform_.folder() / "calls.jsonl");
    const auto articles = chaos::stock_up(platform_.url(), *recorder_, 2, 700, 100'000);
    crowd_.emplace(std::vector{platform_.url()}, *recorder_, articles,
                   std::vector<chaos::Article>{}, kHabits);
    EXPECT_EQ(platform_.stop(), 0);
  }

  /// Until `until` holds; false where it does not within a minute.
  template <class Condition>
  bool shop_until(Condition until) {
    crowd_->start();
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    bool reached = false;
    while (!reached && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(20ms);
      reached = until();
    }
    crowd_->go_home();
    return reached;
  }

  void expect_no_violation() {
    platform_.start();
    EXPECT_EQ(crowd_->resolve(120s), 0U);
    const auto violations = chaos::verdict(
        [this](const std::string& database) { return platform_.database_url(database); },
        platform_.mail_folder(), *recorder_, 60s);
    EXPECT_TRUE(violations.empty()) << chaos::report(violations);
    const auto calls = recorder_->calls();
    EXPECT_TRUE(std::ranges::any_of(calls, [](const auto& call) {
      return call.what == "buy" && call.outcome == chaos::Outcome::ok;
    })) << "nobody bought anything";
  }

  RunningPlatform platform_{Shape::one_process,
                            {"SOUK_RATE_LIMITS=off", "SOUK_REQUEST_TIMEOUT_MS=6000"}};
  std::optional<chaos::Recorder> recorder_;
  std::optional<chaos::Crowd> crowd_;
};

std::string setting(const std::string& plans) { return "SOUK_TEST_FAILPOINTS=" + plans; }

/// Reached only by customers who have to act, or through a provider that prepares: no shopper of this
/// crowd is one, and the sandbox does not. The services' own tests strike these (ActionCrashTest,
/// StripeCrashTest), and the simulation's shoppers do.
bool is_reached_here(const failpoint::Named& point) {
  constexpr std::string_view kElsewhere[] = {"order.before_wait",
                                             "order.after_wait",
                                             "order.before_abandon",
                                             "order.after_abandon",
                                             "payment.before_record_reference",
                                             "payment.after_record_reference",
                                             "payment.before_wait",
                                             "payment.after_wait",
                                             "payment.before_record_abandoned"};
  return std::ranges::find(kElsewhere, point.name) == std::end(kElsewhere);
}

/// What makes the platform die at a point: at its second time, when others are under way.
std::string death_at(std::string_view point) {
  auto plans = std::string{point} + "=kill@2";
  // Recovery has something to find only where charges are left in the middle.
  if (point == "payment.before_recovered_result") plans += ";payment.after_intent=fail%30";
  return setting(plans);
}

TEST_F(FailpointTest, KilledAtEveryPointInTurn) {
  for (const auto& point : failpoint::kPoints) {
    if (!is_reached_here(point)) continue;
    SCOPED_TRACE(point.name);
    try {
      platform_.start({death_at(point.name)});
    } catch (const std::runtime_error& error) {
      // It died while it was starting: of what the last life had left.
      ASSERT_TRUE(platform_.died()) << error.what();
      continue;
    }
    ASSERT_TRUE(shop_until([this] { return platform_.died(); })) << "nothing reaches it";
  }
  expect_no_violation();
}

TEST_P(FailpointTest, StruckAtEveryPointAtOnce) {
  std::string plans = "seed=1";
  for (const auto& point : failpoint::kPoints) {
    // Recovery has something to find only where charges are left in the middle.
    const bool fails = point.name == "payment.after_intent";
    plans += fmt::format(";{}={}", point.name, fails ? "fail%5" : GetParam());
  }
  platform_.start({setting(plans)});
  const auto struck = [&](const failpoint::Named& point) {
    return !is_reached_here(point) ||
           platform_.log().contains(fmt::format("\"point\":\"{}\"", point.name));
  };
  shop_until([&] { return std::ranges::all_of(failpoint::kPoints, struck); });
  for (const auto& point : failpoint::kPoints) EXPECT_TRUE(struck(point)) << point.name;
  EXPECT_EQ(platform_.stop(), 0);
  expect_no_violation();
}

INSTANTIATE_TEST_SUITE_P(Platform, FailpointTest,
                         ::testing::Values("fail%10", "delay(40)%50", "hang@2"));

}  // namespace
}  // namespace souk::testing
