#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "shoppers.hpp"
#include "support/running_platform.hpp"
#include "variables.hpp"
#include "verdict.hpp"

/// One article that everybody wants, at two replicas of everything. SOUK_TEST_BUYERS chooses how many come:
/// there is one unit for twenty of them.
namespace souk::chaos {
namespace {

using namespace std::chrono_literals;
using testing::ApiClient;

constexpr int kTestBuyers = 2'000;
constexpr int kBuyersPerUnit = 20;
/// At once; the others wait in line.
constexpr int kThreads = 64;

/// Orders one unit, over and over, until all buyers have had their turn.
void queue_up(const std::string& gateway, Recorder& recorder, const Article& article,
              std::atomic<int>& buyers, int number) {
  Caller caller{fmt::format("buyer-{}", number), {gateway}, recorder, 30s};
  caller.register_account(std::chrono::steady_clock::now() + 60s);
  while (--buyers >= 0) {
    Call wish{.what = "buy", .key = ApiClient::unique_key(), .sku = article.sku, .quantity = 1};
    wish.amount = article.price;
    caller.insist(
        wish, [&](ApiClient& client) { return client.order(article.sku, 1, "tok_visa", wish.key); },
        std::chrono::steady_clock::now() + 60s);
  }
}

TEST(Rush, SellsWhatIsThereAndNotOneMore) {
  const int buyers = number_variable("SOUK_TEST_BUYERS", kTestBuyers);
  const int units = buyers / kBuyersPerUnit;
  testing::RunningPlatform platform{testing::Shape::replicas, {"SOUK_RATE_LIMITS=off"}};
  platform.start();
  Recorder recorder{platform.folder() / "calls.jsonl"};
  const auto article = stock_up(platform.url(), recorder, 1, 1999, units).front();

  std::atomic<int> left{buyers};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      const auto gateway = platform.urls()[static_cast<std::size_t>(i) % 2];
      threads.emplace_back(queue_up, gateway, std::ref(recorder), article, std::ref(left), i);
    }
  }
  const auto calls = recorder.calls();
  int sold = 0;
  int missed = 0;
  std::int64_t first_ms = recorder.now_ms();
  std::int64_t sold_out_ms = 0;
  std::int64_t last_ms = 0;
  for (const auto& call : calls) {
    if (call.what != "buy") continue;
    first_ms = std::min(first_ms, call.start_ms);
    last_ms = std::max(last_ms, call.end_ms);
    missed += call.code == "out_of_stock";
    if (call.outcome != Outcome::ok) continue;
    ++sold;
    sold_out_ms = std::max(sold_out_ms, call.end_ms);
  }
  EXPECT_EQ(sold, units);
  EXPECT_EQ(missed, buyers - units);
  std::cout << fmt::format(
      "{} buyers of {} units: sold out after {:.2f} s, all answered after {:.2f} s ({:.0f}/s)\n",
      buyers, units, static_cast<double>(sold_out_ms - first_ms) / 1000,
      static_cast<double>(last_ms - first_ms) / 1000,
      buyers * 1000.0 / static_cast<double>(last_ms - first_ms));

  const auto violations =
      verdict([&](const std::string& database) { return platform.database_url(database); },
              platform.mail_folder(), recorder, 60s);
  EXPECT_TRUE(violations.empty()) << report(violations);
}

}  // namespace
}  // namespace souk::chaos
