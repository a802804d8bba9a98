#include <iostream>

#include <gtest/gtest.h>

#include "run.hpp"

/// INVARIANT 18: replicas that are cut off from their callers or from their database, in one direction or
/// the other, sell nothing twice. Everybody wants the few units of the hot articles.
namespace souk::chaos {
namespace {

using namespace std::chrono_literals;

TEST(Partition, NeverSellsTwice) {
  if (!isolate().network) GTEST_SKIP() << isolate().why_not;
  using enum FaultKind;
  const auto result = run({.script = {{1s, partition_replies, "inventory-service-1", 3s},
                                      {2s, swallow_replies, "postgres", 1s},
                                      {5s, partition, "inventory-service-2", 3s},
                                      {6s, partition_replies, "payment-service-1", 3s},
                                      {10s, partition_replies, "order-service-1", 3s},
                                      {11s, swallow_replies, "provider", 2s},
                                      {14s, swallow_requests, "postgres", 1s}},
                           .habits = {.shoppers = 16, .hot = 1, .decline = 10, .cancel = 3},
                           .hot = 8});
  std::cout << result.summary << std::flush;
  EXPECT_EQ(result.unknown, 0U);
  EXPECT_GT(result.sold, 50);
  EXPECT_GT(result.slowest_ms, 1'000) << "it did not matter that packets were lost";
  EXPECT_TRUE(result.violations.empty()) << report(result.violations) << result.folder;
}

}  // namespace
}  // namespace souk::chaos
