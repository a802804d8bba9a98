#include "summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace souk::chaos {
namespace {

using ::testing::HasSubstr;

Call buy(std::string key, std::int64_t start, std::int64_t end, Outcome outcome, int status) {
  Call call{.who = "ada", .what = "buy", .key = key, .start_ms = start, .end_ms = end};
  call.outcome = outcome;
  call.status = status;
  if (outcome == Outcome::ok) call.told_id = "order of " + key;
  return call;
}

TEST(SummaryTest, RecoveryIsTheFirstSaleThatBeganAfterTheFault) {
  const std::vector<Call> calls{
      buy("a", 0, 900, Outcome::ok, 201), buy("b", 1100, 1150, Outcome::unknown, 503),
      buy("c", 1200, 1900, Outcome::ok, 201), buy("d", 1300, 1400, Outcome::ok, 201)};
  EXPECT_EQ(recovery_ms(calls, {.begin_ms = 500, .end_ms = 1000}), 400);
  EXPECT_EQ(recovery_ms(calls, {.begin_ms = 500, .end_ms = 5000}), -1);
}

TEST(SummaryTest, CountsOrdersErrorsAndFaults) {
  const std::vector<Call> calls{
      buy("a", 0, 10, Outcome::unknown, 503), buy("a", 20, 30, Outcome::unknown, 0),
      buy("a", 40, 50, Outcome::ok, 201), buy("b", 60, 2050, Outcome::ok, 201)};
  const std::vector<Happened> faults{{{.kind = FaultKind::kill_redis}, 15, 15},
                                     {{.kind = FaultKind::kill_redis}, 55, 55}};
  const auto text = summary(calls, faults);
  EXPECT_THAT(text,
              HasSubstr("2 orders acknowledged; 4 calls for 2 intents: 2.00 each, 3 at most"));
  EXPECT_THAT(text, HasSubstr("1 x 503"));
  EXPECT_THAT(text, HasSubstr("1 x no answer"));
  EXPECT_THAT(text, HasSubstr("2 x kill_redis           2.00 s"));
}

TEST(SummaryTest, ReadsWhatAProcessCountedOfItsCalls) {
  const auto counts = read_rpc_counts(
      "# HELP souk_rpc_seconds_count of nothing\n"
      "souk_rpc_seconds_count{rpc=\"/a/B\"} 90\nsouk_rpc_seconds_count{rpc=\"/a/C\"} 20\n"
      "souk_rpc_seconds_counted{rpc=\"/a/C\"} 5\nsouk_rpc_repeats_total{rpc=\"/a/B\"} 10\n");
  EXPECT_DOUBLE_EQ(counts.served, 110);
  EXPECT_DOUBLE_EQ(counts.repeats, 10);
  EXPECT_DOUBLE_EQ(counts.amplification(), 1.1);
  EXPECT_DOUBLE_EQ(RpcCounts{}.amplification(), 1.0);
}

}  // namespace
}  // namespace souk::chaos
