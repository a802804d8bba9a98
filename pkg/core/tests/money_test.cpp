#include "core/money.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace souk {
namespace {

constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
constexpr auto kMin = std::numeric_limits<std::int64_t>::min();

const auto kUsd = Currency::from("USD");
const auto kJpy = Currency::from("JPY");
const auto kKwd = Currency::from("KWD");

Money usd(std::int64_t cents) { return {cents, kUsd}; }

template <class Function>
std::string code_of_error(Function&& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.code;
  }
  return "no error";
}

TEST(Currency, KnowsTheMinorUnit) {
  EXPECT_EQ(kUsd.exponent(), 2);
  EXPECT_EQ(kJpy.exponent(), 0);
  EXPECT_EQ(kKwd.exponent(), 3);
  EXPECT_EQ(Currency::from("AED").exponent(), 2);  // first of the table
  EXPECT_EQ(Currency::from("ZWG").exponent(), 2);  // last of the table
  EXPECT_EQ(kUsd.code(), "USD");
}

TEST(Currency, RefusesWhatIsNotOnTheList) {
  for (const auto code : {"", "US", "USDX", "usd", "ABC", "XXX", "XAU", "HRK", "ZZZ", "AAA"}) {
    EXPECT_FALSE(Currency::parse(code).has_value()) << code;
  }
  EXPECT_FALSE(Currency::parse(std::string_view{"US\0", 3}).has_value());
}

TEST(Currency, FromNamesTheField) {
  try {
    Currency::from("BTC", "items[1].currency");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::validation);
    ASSERT_EQ(error.fields.size(), 1u);
    EXPECT_EQ(error.fields[0].field, "items[1].currency");
    EXPECT_EQ(error.fields[0].code, "unknown_currency");
  }
}

TEST(Money, AddsSubtractsMultipliesAndCompares) {
  EXPECT_EQ(usd(1999) + usd(1), usd(2000));
  EXPECT_EQ(usd(1) - usd(3), usd(-2));
  EXPECT_EQ(usd(1999) * 3, usd(5997));
  EXPECT_LT(usd(-1), usd(0));
  EXPECT_FALSE(usd(5) < usd(5));
  EXPECT_FALSE(usd(5) == Money(5, kJpy));
  EXPECT_TRUE(Money::zero(kJpy).is_zero());
}

TEST(Money, NeverWraps) {
  EXPECT_EQ(usd(kMax - 1) + usd(1), usd(kMax));
  EXPECT_EQ(code_of_error([] { usd(kMax) + usd(1); }), "amount_out_of_range");
  EXPECT_EQ(code_of_error([] { usd(kMin) + usd(-1); }), "amount_out_of_range");
  EXPECT_EQ(code_of_error([] { usd(kMin) - usd(1); }), "amount_out_of_range");
  EXPECT_EQ(code_of_error([] { usd(0) - usd(kMin); }), "amount_out_of_range");
  EXPECT_EQ(code_of_error([] { usd(kMax / 2 + 1) * 2; }), "amount_out_of_range");
  EXPECT_EQ(code_of_error([] { usd(kMin) * -1; }), "amount_out_of_range");
}

TEST(Money, NeverMixesCurrencies) {
  const Money yen{5, kJpy};
  EXPECT_EQ(code_of_error([&] { usd(5) + yen; }), "currency_mismatch");
  EXPECT_EQ(code_of_error([&] { usd(5) - yen; }), "currency_mismatch");
  EXPECT_EQ(code_of_error([&] { return usd(5) < yen; }), "currency_mismatch");
}

TEST(MoneyRatio, RoundsHalfAwayFromZero) {
  EXPECT_EQ(usd(5).ratio(1, 2), usd(3));               // 2.5
  EXPECT_EQ(usd(-5).ratio(1, 2), usd(-3));             // -2.5
  EXPECT_EQ(usd(5).ratio(-1, 2), usd(-3));             // -2.5
  EXPECT_EQ(usd(-5).ratio(-1, 2), usd(3));             // 2.5
  EXPECT_EQ(usd(7).ratio(1, 5), usd(1));               // 1.4
  EXPECT_EQ(usd(8).ratio(1, 5), usd(2));               // 1.6
  EXPECT_EQ(usd(4).ratio(1, 9), usd(0));               // 0.44: an odd denominator has no exact half
  EXPECT_EQ(usd(5).ratio(1, 9), usd(1));               // 0.56
  EXPECT_EQ(usd(1999).ratio(1900, 10'000), usd(380));  // 19 % of 19.99 = 3.7981
  EXPECT_EQ(usd(0).ratio(1, 3), usd(0));
}

TEST(MoneyRatio, UsesTheFullRangeAndNoMore) {
  EXPECT_EQ(usd(kMax).ratio(kMax, kMax), usd(kMax));
  EXPECT_EQ(usd(kMin).ratio(kMax, kMax), usd(kMin));
  EXPECT_EQ(usd(kMin).ratio(1, kMax), usd(-1));
  EXPECT_EQ(code_of_error([] { usd(kMax).ratio(2, 1); }), "amount_out_of_range");
  EXPECT_EQ(code_of_error([] { usd(kMin).ratio(kMin, 1); }), "amount_out_of_range");
  EXPECT_EQ(code_of_error([] { usd(kMin).ratio(-1, 1); }), "amount_out_of_range");
}

TEST(MoneyRatio, NeedsAPositiveDenominator) {
  EXPECT_EQ(code_of_error([] { usd(1).ratio(1, 0); }), "invalid_ratio");
  EXPECT_EQ(code_of_error([] { usd(1).ratio(1, -2); }), "invalid_ratio");
}

TEST(Money, ReadsAsPeopleWriteIt) {
  EXPECT_EQ(usd(1999).str(), "19.99 USD");
  EXPECT_EQ(usd(5).str(), "0.05 USD");
  EXPECT_EQ(usd(-5).str(), "-0.05 USD");
  EXPECT_EQ(Money(500, kJpy).str(), "500 JPY");
  EXPECT_EQ(Money(-1, kJpy).str(), "-1 JPY");
  EXPECT_EQ(Money(1234, kKwd).str(), "1.234 KWD");
  EXPECT_EQ(usd(kMin).str(), "-92233720368547758.08 USD");
}

}  // namespace
}  // namespace souk
