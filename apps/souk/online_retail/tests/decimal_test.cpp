#include "apps/souk/online_retail/decimal.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace souk::online_retail {
namespace {

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, ReadsAndWritesExactly) {
  EXPECT_EQ(decimal("6781619.004").str(), "6781619.004");
  EXPECT_EQ(decimal("-11062.06").str(), "-11062.06");
  EXPECT_EQ(decimal("27").str(), "27.00");
  EXPECT_EQ(decimal("4.2155").str(), "4.2155");
  EXPECT_EQ(decimal("0.000001").str(), "0.000001");
  EXPECT_EQ(decimal("-0.5").str(), "-0.50");
}

TEST(Decimal, RefusesWhatIsNoPlainDecimal) {
  for (const auto* text : {"", "-", ".5", "5.", "1e3", "+1", " 1", "1 ", "1,5", "--1", "nan", "0x1",
                           "1.2.3", "1.-5", "0.0000001", "1234567890123"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(Decimal, AddsWithoutFloatError) {
  Decimal sum;
  for (int i = 0; i < 1000; ++i) sum += decimal("0.1");
  EXPECT_EQ(sum, decimal("100"));
  EXPECT_EQ(decimal("0.1") + decimal("0.2"), decimal("0.3"));
  EXPECT_EQ(decimal("1") - decimal("1.001"), decimal("-0.001"));
  EXPECT_EQ(decimal("1.04") * -74215, decimal("-77183.6"));
}

TEST(Decimal, RoundsHalfUpAwayFromZero) {
  EXPECT_EQ(decimal("0.001").to_minor(2), 0);
  EXPECT_EQ(decimal("0.004999").to_minor(2), 0);
  EXPECT_EQ(decimal("0.005").to_minor(2), 1);
  EXPECT_EQ(decimal("2.675").to_minor(2), 268);
  EXPECT_EQ(decimal("-2.675").to_minor(2), -268);
  EXPECT_EQ(decimal("-2.674").to_minor(2), -267);
  EXPECT_EQ(decimal("1.5").to_minor(0), 2);
  EXPECT_EQ(decimal("1.2345").to_minor(3), 1235);
}

TEST(Decimal, KnowsWholePence) {
  EXPECT_TRUE(decimal("2.55").is_whole_minor(2));
  EXPECT_TRUE(decimal("2.550").is_whole_minor(2));
  EXPECT_FALSE(decimal("0.001").is_whole_minor(2));
  EXPECT_EQ(Decimal::from_minor(255, 2), decimal("2.55"));
  EXPECT_EQ(Decimal::from_minor(-7, 0), decimal("-7"));
}

TEST(Decimal, NeverWraps) {
  const auto huge = decimal("999999999999");
  EXPECT_THROW(huge * 10, Error);
  auto sum = huge * 9;
  EXPECT_THROW(sum += huge, Error);
  EXPECT_THROW(Decimal{} - sum - huge, Error);
}

TEST(Decimal, GroupsThousandsForPeople) {
  EXPECT_EQ(decimal("6781619.004").grouped(), "6,781,619.004");
  EXPECT_EQ(decimal("-559673.11").grouped(), "-559,673.11");
  EXPECT_EQ(decimal("999").grouped(), "999.00");
  EXPECT_EQ(grouped(370931), "370,931");
  EXPECT_EQ(grouped(7), "7");
}

}  // namespace
}  // namespace souk::online_retail
