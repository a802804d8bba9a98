#include "schedule.hpp"

#include <algorithm>
#include <map>
#include <ranges>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace souk::chaos {
namespace {

using namespace std::chrono_literals;

SchedulePlan everything(std::chrono::milliseconds length) {
  return {.length = length,
          .kinds = {every_fault().begin(), every_fault().end()},
          .services = {"order-service-1", "order-service-2"},
          .gateways = {"api-gateway-1"},
          .links = {"postgres", "provider"}};
}

TEST(ScheduleTest, IsDecidedByItsSeed) {
  EXPECT_EQ(make_schedule(7, everything(60s)), make_schedule(7, everything(60s)));
  EXPECT_NE(make_schedule(7, everything(60s)), make_schedule(8, everything(60s)));
}

TEST(ScheduleTest, IsTheSameOnEveryMachine) {
  EXPECT_EQ(to_string(make_schedule(1, everything(6s))),
            "    2.508 s  partition_replies  order-service-2 for 3.1 s\n"
            "    4.515 s  kill_service       order-service-1\n");
}

TEST(ScheduleTest, EveryKindComesBeforeAnyComesAgainAndAllEndInTime) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto schedule = make_schedule(seed, everything(300s));
    std::map<FaultKind, int> times;
    for (const auto& fault : schedule) {
      ++times[fault.kind];
      EXPECT_LE(fault.at + fault.lasts, 300s);
    }
    EXPECT_EQ(times.size(), every_fault().size()) << "seed " << seed;
    const auto counts = std::views::values(times);
    EXPECT_LE(std::ranges::max(counts) - std::ranges::min(counts), 5) << to_string(schedule);
  }
}

TEST(ScheduleTest, OneTargetBreaksOnceAtATime) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::map<std::string, std::chrono::milliseconds> until;
    for (const auto& fault : make_schedule(seed, everything(300s))) {
      EXPECT_GE(fault.at, until[fault.target]) << "seed " << seed;
      until[fault.target] = fault.at + fault.lasts;
    }
  }
}

TEST(ScheduleTest, WhatHasNoTargetDoesNotHappen) {
  auto plan = everything(300s);
  plan.links.clear();
  plan.kinds.erase(FaultKind::fill_disk);
  for (const auto& fault : make_schedule(3, plan)) {
    EXPECT_THAT(to_string(fault.kind), ::testing::Not(::testing::HasSubstr("_link")));
    EXPECT_NE(fault.kind, FaultKind::fill_disk);
  }
  EXPECT_THROW(make_schedule(3, {.kinds = {FaultKind::cut_link}}), std::invalid_argument);
}

}  // namespace
}  // namespace souk::chaos
