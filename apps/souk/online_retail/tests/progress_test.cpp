#include "apps/souk/online_retail/progress.hpp"

#include <sstream>

#include <gmock/gmock.h>

namespace souk::online_retail {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(Progress, OnATerminalRedrawsOneLine) {
  std::ostringstream out;
  Progress progress{out, true, "orders", 200};
  for (std::uint64_t i = 0; i <= 200; ++i) progress.update(i);
  progress.finish();
  const auto text = out.str();
  EXPECT_THAT(text, StartsWith("\rorders [" + std::string(40, ' ') + "] 0 %"));
  EXPECT_THAT(text, EndsWith("\rorders [" + std::string(40, '#') + "] 100 %\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
  EXPECT_EQ(std::ranges::count(text, '\r'), 101);
}

TEST(Progress, InALogWritesALineEveryTenPercent) {
  std::ostringstream out;
  Progress progress{out, false, "orders", 200};
  for (std::uint64_t i = 0; i <= 200; ++i) progress.update(i);
  progress.finish();
  EXPECT_THAT(out.str(), StartsWith("orders: 10 %\norders: 20 %\n"));
  EXPECT_THAT(out.str(), EndsWith("orders: 90 %\norders: 100 %\n"));
  EXPECT_EQ(std::ranges::count(out.str(), '\n'), 10);
}

TEST(Progress, TakesAnEmptyOrExceededTotal) {
  std::ostringstream out;
  Progress empty{out, false, "nothing", 0};
  empty.update(0);
  empty.finish();
  Progress exceeded{out, false, "more", 2};
  exceeded.update(5);
  exceeded.finish();
  EXPECT_EQ(out.str(), "nothing: 100 %\nmore: 100 %\n");
}

}  // namespace
}  // namespace souk::online_retail
