#include <gtest/gtest.h>

#include "replica.hpp"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

/// Four tokens, and hardly any that come back.
class SharedLimits : public ReplicasTest {};

/// Twenty tokens, ten a second.
class LooseLimits : public ReplicasTest {
 protected:
  LooseLimits() : ReplicasTest({10, 20}) {}
};

TEST_F(SharedLimits, ABurstIsForAllReplicasTogether) {
  start_both();
  for (auto* replica : {a.get(), b.get(), a.get(), b.get()})
    EXPECT_EQ(replica->take_from_all("1.2.3.4"), "fine");
  EXPECT_EQ(a->take_from_all("1.2.3.4"), "rate_limited");
  EXPECT_EQ(b->take_from_all("1.2.3.4"), "rate_limited");
  EXPECT_EQ(b->take_from_all("5.6.7.8"), "fine");
}

TEST_F(SharedLimits, ManyAtOnceGetNoMoreThanTheBurst) {
  start_both();
  const auto take = [](Replica& replica) -> Task<int> {
    try {
      co_await replica.limit.take_from_all(&replica.redis, "all", std::chrono::steady_clock::now());
      co_return 1;
    } catch (const Error&) {
      co_return 0;
    }
  };
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 200; ++i) tasks.push_back(take(i % 2 == 0 ? *a : *b));
  int taken = 0;
  for (const int one : souk::testing::run_all(world.loop, std::move(tasks))) taken += one;
  EXPECT_EQ(taken, 4);
}

TEST_F(SharedLimits, WhatIsOverLocallyDoesNotTroubleRedis) {
  start_both();
  for (int i = 0; i < 4; ++i) a->take_from_all("x");
  const auto commands = [&] {
    const auto info = world.run(b->redis.command(shared_deadline() + 5s, {"INFO", "commandstats"}));
    const auto at = info.text().find("cmdstat_evalsha:calls=");
    return at == std::string::npos ? "none" : info.text().substr(at, 30);
  };
  const auto before = commands();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a->take_from_all("x"), "rate_limited");
  EXPECT_EQ(commands(), before);
}

TEST_F(SharedLimits, WithoutRedisEachCountsForItselfAndTogetherAgainAfterwards) {
  start_both();
  server.kill_9();
  ASSERT_TRUE(eventually([&] { return !a->redis.ready() && !b->redis.ready(); }));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(a->take_from_all("x"), "fine");
  EXPECT_EQ(a->take_from_all("x"), "rate_limited") << "the local limit holds";
  EXPECT_EQ(b->take_from_all("x"), "fine");
  server.start();
  ASSERT_TRUE(eventually([&] { return a->redis.ready() && b->redis.ready(); }));
  for (auto* replica : {a.get(), b.get(), a.get(), b.get()})
    EXPECT_EQ(replica->take_from_all("y"), "fine");
  EXPECT_EQ(a->take_from_all("y"), "rate_limited");
  EXPECT_EQ(b->take_from_all("y"), "rate_limited");
}

TEST_F(SharedLimits, AStalledRedisLeavesTheLocalLimit) {
  start_both();
  server.pause();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(a->take_from_all("x"), "fine");
  EXPECT_EQ(a->take_from_all("x"), "rate_limited");
  server.resume();
}

TEST_F(SharedLimits, NobodysAddressStandsInRedis) {
  start_both();
  a->take_from_all("198.51.100.7 shopper@example.com");
  a->take("198.51.100.7");
  ASSERT_TRUE(eventually([&] {
    const auto keys = world.run(b->redis.command(shared_deadline() + 5s, {"KEYS", "souk:limit:*"}));
    return keys.items().size() == 2;
  }));
  for (const auto& key :
       world.run(b->redis.command(shared_deadline() + 5s, {"KEYS", "*"})).items()) {
    EXPECT_FALSE(key.text().contains("198.51")) << key.text();
    EXPECT_FALSE(key.text().contains("shopper")) << key.text();
    const auto life = world.run(b->redis.command(shared_deadline() + 5s, {"PTTL", key.text()}));
    EXPECT_GT(life.integer(), 0) << key.text() << " is never forgotten";
  }
}

TEST_F(LooseLimits, WhatOneLetThroughTheOtherRefuses) {
  start_both();
  for (int i = 0; i < 20; ++i) a->take("1.2.3.4");
  EXPECT_EQ(a->take("1.2.3.4"), "rate_limited");
  EXPECT_TRUE(eventually([&] { return b->take("1.2.3.4") == "rate_limited"; }));
  EXPECT_EQ(b->take("5.6.7.8"), "fine");
}

// Both let a burst through before they hear of each other: the second one is owed, so the rate holds.
TEST_F(LooseLimits, WhatWasTakenTooMuchIsOwed) {
  start_both();
  for (int i = 0; i < 20; ++i) {
    a->take("1.2.3.4");
    b->take("1.2.3.4");
  }
  const auto waits_for = [](Replica& replica) {
    try {
      replica.limit.take("1.2.3.4", std::chrono::steady_clock::now());
    } catch (const Error& error) {
      return *error.retry_after;
    }
    return 0s;
  };
  EXPECT_TRUE(eventually([&] { return waits_for(*a) >= 2s && waits_for(*b) >= 2s; }));
  EXPECT_TRUE(eventually([&] { return a->take("1.2.3.4") == "fine"; })) << "owed for ever";
}

TEST_F(LooseLimits, AReplicaAloneIsLimitedAsWithoutRedis) {
  start_both();
  int fine = 0;
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < begun + 2s) {
    fine += a->take("1.2.3.4") == "fine";
    pass(5ms);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  EXPECT_LE(fine, 20 + 10 * took.count() + 1);
  EXPECT_GE(fine, 20 + 10 * 2 - 3);  // settling costs at most what comes back between two rounds
}

}  // namespace
}  // namespace souk::gateway
