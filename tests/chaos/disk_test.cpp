#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "shoppers.hpp"
#include "stage.hpp"
#include "testing/scratch.hpp"

/// INVARIANT 17: a full disk is a clean 503, and nothing is corrupt.
namespace souk::chaos {
namespace {

using namespace std::chrono_literals;
using testing::eventually;

TEST(FullDisk, IsACleanRefusalAndLosesNothing) {
  if (!isolate().mounts) GTEST_SKIP() << isolate().why_not;
  Stage stage{testing::Shape::one_process, {"SOUK_RATE_LIMITS=off"}};
  const testing::ScratchFolder folder;  // not on the disk that fills up
  Recorder recorder{folder.path() / "calls.jsonl"};
  Crowd crowd{{stage.platform().url()},
              recorder,
              stock_up(stage.platform().url(), recorder, 10, 700, 100'000),
              {},
              {.decline = 10, .cancel = 10, .fulfil = 4, .refund = 10}};
  crowd.start();
  const auto happened = [&](auto condition) {
    return eventually([&] { return std::ranges::any_of(recorder.calls(), condition); }, 60s);
  };
  const auto sold_since = [&](std::int64_t from_ms) {
    return happened([from_ms](const Call& call) {
      return call.what == "buy" && call.outcome == Outcome::ok && call.start_ms >= from_ms;
    });
  };
  EXPECT_TRUE(sold_since(0));

  const Fault full{.kind = FaultKind::fill_disk, .lasts = 1s};
  stage.begin(full);
  const auto full_ms = recorder.now_ms();
  EXPECT_TRUE(happened([full_ms](const Call& call) {
    return call.start_ms >= full_ms && call.status == 503;
  })) << "it did not matter that the disk is full";
  std::this_thread::sleep_for(2s);
  stage.end(full);
  EXPECT_TRUE(sold_since(recorder.now_ms())) << "it does not recover";
  crowd.go_home();
  EXPECT_EQ(crowd.resolve(120s), 0U);

  // The judge's rule 0: refusals, 503 and lost connections were all that clients met.
  const auto violations = stage.verdict(recorder, 120s);
  EXPECT_TRUE(violations.empty()) << report(violations);
}

}  // namespace
}  // namespace souk::chaos
