#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "database/blocking.hpp"
#include "shoppers.hpp"
#include "support/running_platform.hpp"
#include "variables.hpp"
#include "verdict.hpp"

/// Notification is away while orders come in, then it is back. SOUK_TEST_ORDERS chooses how many come.
namespace souk::chaos {
namespace {

using namespace std::chrono_literals;
using testing::eventually;

constexpr int kTestOrders = 1'500;
/// What a process may grow by between one full backlog and the next: buffers, not the backlog.
constexpr std::int64_t kMostGrowthMb = 64;

class BacklogTest : public ::testing::Test {
 protected:
  void SetUp() override { platform_.start(); }

  void signal_notification(int number) {
    for (const auto& name : platform_.processes()) {
      if (name.starts_with("notification-service")) kill(platform_.pid_of(name), number);
    }
  }

  /// The resident memory of each process that a backlog might fill, summed.
  std::int64_t memory_mb() const {
    std::int64_t pages = 0;
    for (const auto& name : platform_.processes()) {
      if (!name.starts_with("notification-service") && !name.starts_with("order-service")) continue;
      std::int64_t size = 0;
      std::int64_t resident = 0;
      std::ifstream{fmt::format("/proc/{}/statm", platform_.pid_of(name))} >> size >> resident;
      pages += resident;
    }
    return pages * sysconf(_SC_PAGESIZE) / (1 << 20);
  }

  std::int64_t messages() const {
    database::BlockingConnection db{platform_.database_url("souk_notification")};
    return db
        .run("SELECT count(*) AS count FROM messages WHERE status = 'sent' AND channel = 'email'")
        .front()
        .get<std::int64_t>("count");
  }

  std::int64_t sold() const {
    const auto calls = recorder_->calls();
    return std::ranges::count_if(
        calls, [](const auto& call) { return call.what == "buy" && call.outcome == Outcome::ok; });
  }

  testing::RunningPlatform platform_{testing::Shape::replicas, {"SOUK_RATE_LIMITS=off"}};
  std::optional<Recorder> recorder_;
};

TEST_F(BacklogTest, IsBoundedAndDrains) {
  const int orders = number_variable("SOUK_TEST_ORDERS", kTestOrders);
  recorder_.emplace(platform_.folder() / "calls.jsonl");
  const auto articles = stock_up(platform_.url(), *recorder_, 20, 700, 10'000'000);
  Crowd crowd{platform_.urls(), *recorder_, articles, {}, {.shoppers = 24, .pause = 0ms}};
  const auto buy_until = [&](int total) {
    crowd.start();
    const bool reached = eventually([&] { return sold() >= total; }, 600s);
    crowd.go_home();
    return reached;
  };
  // Once around with everybody there: what grows here is no backlog.
  ASSERT_TRUE(buy_until(orders / 3));
  ASSERT_TRUE(eventually([&] { return messages() >= 2 * sold(); }, 120s));
  const auto before = memory_mb();

  const auto told = messages();
  signal_notification(SIGSTOP);
  ASSERT_TRUE(buy_until(orders + orders / 3)) << "orders wait for the mail";
  EXPECT_EQ(messages(), told);
  const auto during = memory_mb();
  signal_notification(SIGCONT);
  const auto begun = std::chrono::steady_clock::now();
  // A confirmation and a receipt for each.
  EXPECT_TRUE(eventually([&] { return messages() >= 2 * sold(); }, 600s));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const auto after = memory_mb();

  std::cout << fmt::format(
      "{} messages waited and went out within {:.1f} s; memory of orders and notification: {} MB "
      "before, {} MB with the backlog, {} MB after\n",
      messages() - told, took.count(), before, during, after);
  EXPECT_LT(during - before, kMostGrowthMb);
  EXPECT_LT(after - before, kMostGrowthMb);
  crowd.resolve(60s);
  const auto violations =
      verdict([&](const std::string& database) { return platform_.database_url(database); },
              platform_.mail_folder(), *recorder_, 60s);
  EXPECT_TRUE(violations.empty()) << report(violations);
}

}  // namespace
}  // namespace souk::chaos
