#include "core/queue_delay.hpp"

#include <gtest/gtest.h>

namespace souk {
namespace {

using namespace std::chrono_literals;

class QueueDelayTest : public testing::Test {
 protected:
  /// A tenth of a second in which work begins every 10 ms that has waited so long.
  void interval(std::initializer_list<std::chrono::milliseconds> waits) {
    for (const auto wait : waits) {
      delay_.waited(wait, now_);
      now_ += QueueDelay::kInterval / waits.size();
    }
  }

  QueueDelay delay_;
  QueueDelay::Instant now_{1h};
};

TEST_F(QueueDelayTest, ABurstIsNoQueue) {
  interval({300ms, 200ms, 0ms, 100ms});
  EXPECT_EQ(delay_.standing(now_), 0ms);
}

TEST_F(QueueDelayTest, WhatMakesEverybodyWaitIs) {
  interval({300ms, 350ms, 290ms, 310ms});
  EXPECT_EQ(delay_.standing(now_), 290ms);
  interval({500ms, 400ms});
  EXPECT_EQ(delay_.standing(now_), 400ms);
  interval({1ms, 400ms});
  EXPECT_EQ(delay_.standing(now_), 1ms);
}

TEST_F(QueueDelayTest, AQueueThatMovesSeldomIsStillAQueue) {
  for (int i = 0; i < 5; ++i) {
    delay_.waited(400ms, now_);
    now_ += 400ms;
  }
  EXPECT_EQ(delay_.standing(now_), 400ms);
}

TEST_F(QueueDelayTest, WhereNothingBeginsNothingIsKnownAndWorkMayComeAgain) {
  interval({300ms, 300ms});
  EXPECT_EQ(delay_.standing(now_ + 250ms), 300ms) << "whoever comes next may have waited as long";
  now_ += 300ms;
  EXPECT_EQ(delay_.standing(now_), 0ms);
  interval({200ms, 200ms});
  EXPECT_EQ(delay_.standing(now_), 200ms);
}

}  // namespace
}  // namespace souk
