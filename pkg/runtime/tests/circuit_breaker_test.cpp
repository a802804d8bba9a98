#include "runtime/circuit_breaker.hpp"

#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>

namespace souk::rpc {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

class Breaker : public testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker_.failed(now_);
  }
  void answer(int times) {
    for (int i = 0; i < times; ++i) breaker_.answered(now_);
  }
  void open() {
    fail(CircuitBreaker::kLeastFailures);
    ASSERT_EQ(breaker_.state(), State::open);
  }

  Metrics metrics_;
  CircuitBreaker breaker_{metrics_, "order-service"};
  CircuitBreaker::Instant now_{std::chrono::hours{1}};
};

TEST_F(Breaker, StaysClosedWhileEnoughIsAnswered) {
  answer(2);
  fail(5);
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_TRUE(breaker_.allow(now_));
  fail(1);  // now three of four
  EXPECT_EQ(breaker_.state(), State::open);
}

TEST_F(Breaker, OneOfTwoReplicasThatHangsDoesNotOpenIt) {
  for (int i = 0; i < 1000; ++i) {
    answer(1);
    fail(1);
    now_ += 7ms;
  }
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST_F(Breaker, OldFailuresAreForgotten) {
  fail(4);
  now_ += 2s;
  fail(4);
  EXPECT_EQ(breaker_.state(), State::closed);
  now_ += 1500ms;  // those four are within two seconds
  fail(1);
  EXPECT_EQ(breaker_.state(), State::open);
}

TEST_F(Breaker, OpenLetsNothingThroughForASecond) {
  open();
  EXPECT_FALSE(breaker_.allow(now_));
  now_ += CircuitBreaker::kOpenFor - 1ms;
  EXPECT_FALSE(breaker_.allow(now_));
  now_ += 1ms;
  EXPECT_TRUE(breaker_.allow(now_));
  EXPECT_EQ(breaker_.state(), State::half_open);
  EXPECT_FALSE(breaker_.allow(now_)) << "a second probe beside the first";
}

TEST_F(Breaker, AnAnswerToTheProbeClosesIt) {
  open();
  now_ += 1s;
  ASSERT_TRUE(breaker_.allow(now_));
  answer(1);
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_TRUE(breaker_.allow(now_));
  fail(CircuitBreaker::kLeastFailures - 1);  // what was counted before is gone
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST_F(Breaker, AFailedProbeKeepsItOpenForAnotherSecond) {
  open();
  now_ += 1s;
  ASSERT_TRUE(breaker_.allow(now_));
  fail(1);
  EXPECT_EQ(breaker_.state(), State::open);
  now_ += 999ms;
  EXPECT_FALSE(breaker_.allow(now_));
  now_ += 1ms;
  EXPECT_TRUE(breaker_.allow(now_));
}

TEST_F(Breaker, AProbeThatNeverComesBackIsFollowedByAnother) {
  open();
  now_ += 1s;
  ASSERT_TRUE(breaker_.allow(now_));
  now_ += 1s;
  EXPECT_TRUE(breaker_.allow(now_));
  EXPECT_FALSE(breaker_.allow(now_));
}

TEST_F(Breaker, ALateAnswerShowsThatTheServiceIsThere) {
  open();
  answer(1);
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST_F(Breaker, ShowsInTheMetrics) {
  const Metrics::Labels callee{{"callee", "order-service"}};
  const auto state = [&] { return metrics_.gauge("souk_breaker_state", "", callee).Value(); };
  const auto total = [&](const std::string& what) {
    return metrics_.counter("souk_breaker_" + what + "_total", "", callee).Value();
  };
  EXPECT_EQ(state(), 0);
  open();
  EXPECT_FALSE(breaker_.allow(now_));
  EXPECT_EQ(state(), 2);
  now_ += 1s;
  EXPECT_TRUE(breaker_.allow(now_));
  EXPECT_EQ(state(), 1);
  fail(1);
  EXPECT_EQ(total("opened"), 1) << "a failed probe is no new outage";
  EXPECT_EQ(total("refused"), 1);
}

}  // namespace
}  // namespace souk::rpc
