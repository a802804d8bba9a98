#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "chaos/shoppers.hpp"
#include "chaos/verdict.hpp"
#include "support/running_platform.hpp"

/// Every process restarted in turn, under load: nobody notices.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;

/// What clients met that was neither success nor a refusal of their own making.
std::map<std::string, int> failures(const std::vector<chaos::Call>& calls) {
  std::map<std::string, int> found;
  for (const auto& call : calls) {
    if (call.outcome != chaos::Outcome::unknown || call.code == "idempotency_in_progress") continue;
    ++found[fmt::format("{}: {} {} {}", call.what, call.status, call.code, call.detail)];
  }
  return found;
}

TEST(RollingRestart, FailsNoRequest) {
  RunningPlatform platform{Shape::replicas, {"SOUK_RATE_LIMITS=off"}};
  platform.start();
  chaos::Recorder recorder{platform.folder() / "calls.jsonl"};
  chaos::Crowd crowd{platform.urls(),
                     recorder,
                     chaos::stock_up(platform.url(), recorder, 20, 500, 100'000),
                     {},
                     {.shoppers = 8, .decline = 10, .cancel = 10, .fulfil = 4, .refund = 10}};
  crowd.start();
  const auto ended = platform.souk({"restart"});
  crowd.go_home();
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(std::ranges::count(ended.out, '\n'), 14) << ended.out;

  const auto calls = recorder.calls();
  for (const auto& [failure, times] : failures(calls)) ADD_FAILURE() << times << " x " << failure;
  const auto bought = std::ranges::count_if(calls, [](const auto& call) {
    return call.what == "buy" && call.outcome == chaos::Outcome::ok;
  });
  EXPECT_GT(bought, 100);
  RecordProperty("orders", static_cast<int>(bought));

  crowd.resolve(30s);
  const auto violations =
      chaos::verdict([&](const std::string& database) { return platform.database_url(database); },
                     platform.mail_folder(), recorder, 60s);
  EXPECT_TRUE(violations.empty()) << chaos::report(violations);
}

}  // namespace
}  // namespace souk::testing
