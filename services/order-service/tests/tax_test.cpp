#include "internal/models/tax.hpp"

#include <random>

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>

#include "internal/models/event_json.hpp"

namespace souk::order {
namespace {

using Exact = boost::multiprecision::cpp_int;

const Currency kUsd = Currency::from("USD");

PricedCart cart_of(const std::vector<std::int64_t>& line_totals) {
  PricedCart cart{.items = {},
                  .totals = {.subtotal = {0, kUsd},
                             .discount = {0, kUsd},
                             .shipping = {0, kUsd},
                             .tax = {0, kUsd},
                             .total = {0, kUsd}}};
  for (const auto total : line_totals)
    cart.items.push_back({"sku", "Thing", 1, {total, kUsd}, {total, kUsd}});
  cart.totals = add_up(cart.items);
  return cart;
}

/// The second implementation: half up, in whole numbers without bounds.
Exact half_up(Exact value, Exact numerator, Exact denominator) {
  return (2 * value * numerator + denominator) / (2 * denominator);
}

TEST(TaxRules, AreReadFromTheSetting) {
  const auto rules = TaxRules::parse("DE=19,FR=5.5,CH=8.25,*=0", true);
  EXPECT_EQ(rules.rate_of("DE"), 1900);
  EXPECT_EQ(rules.rate_of("FR"), 550);
  EXPECT_EQ(rules.rate_of("CH"), 825);
  EXPECT_EQ(rules.rate_of("US"), 0);
  EXPECT_TRUE(rules.inclusive());
  EXPECT_EQ(TaxRules::parse("*=7", false).rate_of("DE"), 700);
  EXPECT_EQ(TaxRules{}.rate_of("DE"), 0);
}

TEST(TaxRules, RefuseWhatTheyCannotRead) {
  for (const auto* wrong : {"DE", "DE=", "DE=x", "DE=-1", "DE=101", "DE=1.234", "DE=1.", "de=19",
                            "XX=1", "DE=19,DE=7", "DE=19,", "DE= 19"}) {
    EXPECT_THROW(TaxRules::parse(wrong, false), Error) << wrong;
  }
}

TEST(Tax, OfEachLineIsRoundedHalfUpAndAddedToTheTotal) {
  auto cart = cart_of({10, 10, 10});  // 1.9 each: 2, not 5.7 together
  add_tax(cart, TaxRules::parse("DE=19", false), "DE");
  EXPECT_EQ(cart.totals.tax.amount_minor(), 6);
  EXPECT_EQ(cart.totals.total.amount_minor(), 36);
  ASSERT_EQ(cart.totals.tax_lines.size(), 1U);
  EXPECT_EQ(cart.totals.tax_lines[0], (TaxLine{1900, false, {30, kUsd}, {6, kUsd}}));
}

TEST(Tax, ThatPricesContainLeavesTheTotalAndIsShown) {
  auto cart = cart_of({11900, 119});
  add_tax(cart, TaxRules::parse("DE=19", true), "DE");
  EXPECT_EQ(cart.totals.tax.amount_minor(), 0);
  EXPECT_EQ(cart.totals.total.amount_minor(), 12019);
  EXPECT_EQ(cart.totals.tax_lines[0], (TaxLine{1900, true, {10100, kUsd}, {1919, kUsd}}));
}

TEST(Tax, OfNoughtChangesNothing) {
  auto cart = cart_of({500});
  const auto before = cart.totals;
  add_tax(cart, TaxRules::parse("DE=19,*=0", false), "US");
  EXPECT_EQ(cart.totals, before);
}

TEST(Tax, OfRandomCartsAgreesWithASecondImplementation) {
  std::mt19937_64 random{4};
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>{low, high}(random);
  };
  for (int round = 0; round < 2000; ++round) {
    const auto points = pick(1, 10'000);
    const bool inclusive = pick(0, 1) == 1;
    std::vector<std::int64_t> lines;
    for (auto n = pick(1, 40); n > 0; --n) lines.push_back(pick(0, 1'000'000'000));
    Exact subtotal = 0, tax = 0;
    for (const auto line : lines) {
      subtotal += line;
      tax += half_up(line, points, inclusive ? 10'000 + points : 10'000);
    }
    auto cart = cart_of(lines);
    add_tax(cart, TaxRules::parse(fmt::format("*={}.{:02}", points / 100, points % 100), inclusive),
            "DE");
    const auto& totals = cart.totals;
    const auto& line = totals.tax_lines.at(0);
    ASSERT_EQ(Exact{line.tax.amount_minor()}, tax);
    ASSERT_EQ(Exact{line.taxable.amount_minor()}, inclusive ? Exact{subtotal - tax} : subtotal);
    ASSERT_EQ(Exact{totals.total.amount_minor()}, inclusive ? subtotal : Exact{subtotal + tax});
    ASSERT_EQ(totals.total, totals.subtotal - totals.discount + totals.shipping + totals.tax);
  }
}

Placed placed_with(PricedCart cart) {
  return {.user = UserId{},
          .number = "S-1",
          .items = std::move(cart.items),
          .totals = std::move(cart.totals),
          .shipping_address = {.full_name = "A",
                               .line1 = "B",
                               .line2 = std::nullopt,
                               .city = "C",
                               .region = std::nullopt,
                               .postal_code = "D",
                               .country = "DE"},
          .external_id = std::nullopt};
}

TEST(TaxLines, TravelWithTheirEvent) {
  auto cart = cart_of({11900});
  add_tax(cart, TaxRules::parse("DE=19", true), "DE");
  const auto json = to_json(placed_with(cart));
  const auto back = std::get<Placed>(from_json(EventType::placed, json));
  EXPECT_EQ(back.totals, cart.totals);
  EXPECT_EQ(to_json(back), json);
}

TEST(TaxLines, AreNotMentionedWhereThereAreNone) {
  const auto json = to_json(placed_with(cart_of({500})));
  EXPECT_EQ(json.find("tax_lines"), std::string::npos) << json;
  EXPECT_EQ(to_json(from_json(EventType::placed, json)), json);
}

}  // namespace
}  // namespace souk::order
