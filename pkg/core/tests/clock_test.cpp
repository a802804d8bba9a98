#include "core/clock.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace souk {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr Time kNoon = sys_days{2026y / March / 1} + 12h;

TEST(Clock, SystemClockKeepsUtc) {
  const auto before = floor<microseconds>(system_clock::now());
  const auto now = SystemClock{}.now();
  EXPECT_GE(now, before);
  EXPECT_LT(now - before, 1min);
}

TEST(Clock, ManualClockMovesOnlyWhenTold) {
  ManualClock clock{kNoon};
  EXPECT_EQ(clock.now(), kNoon);
  clock.advance(90s);
  EXPECT_EQ(clock.now(), kNoon + 90s);
  clock.set(kNoon - 1h);
  EXPECT_EQ(clock.now(), kNoon - 1h);
}

TEST(Rfc3339, WritesNoMoreFractionThanNeeded) {
  EXPECT_EQ(to_rfc3339(kNoon), "2026-03-01T12:00:00Z");
  EXPECT_EQ(to_rfc3339(kNoon + 250ms), "2026-03-01T12:00:00.25Z");
  EXPECT_EQ(to_rfc3339(kNoon + 1us), "2026-03-01T12:00:00.000001Z");
  EXPECT_EQ(to_rfc3339(kNoon + 10s), "2026-03-01T12:00:10Z");
}

TEST(Rfc3339, WritesTimesBefore1970) {
  EXPECT_EQ(to_rfc3339(Time{-1us}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_rfc3339(sys_days{476y / September / 4}), "0476-09-04T00:00:00Z");
}

TEST(Rfc3339, ReadsBackWhatItWrites) {
  for (const Time time : {kNoon, kNoon + 123456us, Time{-1us}, Time{sys_days{9999y / 12 / 31}}}) {
    EXPECT_EQ(from_rfc3339(to_rfc3339(time)), time);
  }
}

TEST(Rfc3339, ReadsOffsetsAndLowerCase) {
  EXPECT_EQ(from_rfc3339("2026-03-01T13:30:00+01:30"), kNoon);
  EXPECT_EQ(from_rfc3339("2026-03-01T04:00:00-08:00"), kNoon);
  EXPECT_EQ(from_rfc3339("2026-03-01t12:00:00z"), kNoon);
}

TEST(Rfc3339, CutsWhatIsFinerThanAMicrosecond) {
  EXPECT_EQ(from_rfc3339("2026-03-01T12:00:00.000001999Z"), kNoon + 1us);
}

TEST(Rfc3339, ReadsALeapSecondWhereOneCanBe) {
  EXPECT_EQ(from_rfc3339("2016-12-31T23:59:60Z"), Time{sys_days{2017y / January / 1}});
  EXPECT_EQ(from_rfc3339("2016-12-31T15:59:60-08:00"), Time{sys_days{2017y / January / 1}});
}

class NotRfc3339 : public testing::TestWithParam<std::string_view> {};

TEST_P(NotRfc3339, IsMalformed) {
  try {
    from_rfc3339(GetParam());
    FAIL() << "accepted: " << GetParam();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::malformed);
    EXPECT_EQ(error.code, "invalid_time");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, NotRfc3339,
    testing::Values("", "2026", "2026-03-01", "2026-03-01 12:00:00Z", "2026-03-01T12:00:00",
                    "2026-03-01T12:00Z", "2026-3-01T12:00:00Z", "2026-02-29T12:00:00Z",
                    "2026-13-01T12:00:00Z", "2026-00-01T12:00:00Z", "2026-03-00T12:00:00Z",
                    "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01T12:00:61Z",
                    "2026-03-01T12:00:60Z", "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00,5Z",
                    "2026-03-01T12:00:00+0100", "2026-03-01T12:00:00+24:00",
                    "2026-03-01T12:00:00+01:60", "2026-03-01T12:00:00ZZ", "-026-03-01T12:00:00Z",
                    " 2026-03-01T12:00:00Z", "0000-01-01T00:00:00+00:01",
                    "9999-12-31T23:59:00-00:01"));

}  // namespace
}  // namespace souk
