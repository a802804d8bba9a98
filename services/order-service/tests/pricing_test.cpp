#include "internal/models/pricing.hpp"

#include <random>

#include <boost/multiprecision/cpp_int.hpp>
#include <gtest/gtest.h>

#include "internal/models/shipping.hpp"
#include "internal/models/tax.hpp"

namespace souk::order {
namespace {

using Exact = boost::multiprecision::cpp_int;

QuotedPrice quote(std::string sku, std::int64_t price, std::string_view currency = "USD",
                  bool sellable = true) {
  return {sku, "The " + sku, {price, *Currency::parse(currency)}, sellable};
}

/// Methods as a shop might have them: some elsewhere, some asleep, some free from a subtotal.
ShippingMethod random_method(int number, Currency currency, const auto& pick) {
  ShippingMethod method{.code = "m" + std::to_string(number),
                        .name = "Method",
                        .countries = {},
                        .price = {pick(0, 5'000'000), currency},
                        .free_from = std::nullopt,
                        .min_days = std::nullopt,
                        .max_days = std::nullopt,
                        .active = pick(0, 3) > 0,
                        .created_at = {},
                        .updated_at = {}};
  if (pick(0, 2) == 0) method.countries = {pick(0, 1) == 0 ? "DE" : "GB"};
  if (pick(0, 1) == 0) method.free_from = Money{pick(0, 50'000'000'000'000), currency};
  return method;
}

/// The second implementation: the least that any method asks for; empty where none goes there.
std::optional<Exact> least(const std::vector<ShippingMethod>& methods, const Exact& subtotal) {
  if (methods.empty()) return Exact{0};
  std::optional<Exact> best;
  for (const auto& method : methods) {
    if (!method.active || (!method.countries.empty() && method.countries.front() != "GB")) continue;
    Exact price = method.price.amount_minor();
    if (method.free_from && subtotal >= Exact{method.free_from->amount_minor()}) price = 0;
    if (!best || price < *best) best = price;
  }
  return best;
}

/// Half up, in whole numbers without bounds.
Exact tax_on(const Exact& amount, int points, bool included) {
  const Exact one = included ? 10'000 + points : 10'000;
  return (2 * amount * points + one) / (2 * one);
}

class RandomCarts : public ::testing::TestWithParam<const char*> {};

// The second implementation: whole numbers without bounds, each unit added on its own line of
// thought.
TEST_P(RandomCarts, AgreeWithASecondImplementation) {
  std::mt19937_64 random{2026};
  const auto pick = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>{low, high}(random);
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<QuotedPrice> catalogue;
    for (int i = 0; i < 10; ++i)
      catalogue.push_back(quote("s" + std::to_string(i), pick(0, 10'000'000), GetParam()));
    std::vector<CartLine> cart;
    Exact expected = 0;
    for (std::size_t i = 0, lines = static_cast<std::size_t>(pick(1, 100)); i < lines; ++i) {
      const auto& product = catalogue[static_cast<std::size_t>(pick(0, 9))];
      const auto quantity = pick(1, 100'000);
      cart.push_back({product.sku, quantity, i});
      expected += Exact{product.price.amount_minor()} * quantity;
    }
    auto priced = price_cart(merge_lines(cart), catalogue);
    ASSERT_TRUE(priced);
    std::vector<ShippingMethod> methods;
    for (auto left = pick(0, 4); left > 0; --left)
      methods.push_back(random_method(static_cast<int>(left), *Currency::parse(GetParam()), pick));
    const auto shipping = least(methods, expected);
    ASSERT_EQ(add_shipping(*priced, methods, "GB", "").has_value(), shipping.has_value());
    if (!shipping) continue;
    const auto points = static_cast<int>(pick(0, 10'000));
    const bool included = pick(0, 1) == 1;
    Exact tax = tax_on(*shipping, points, included);
    for (const auto& item : priced->items)
      tax += tax_on(item.total.amount_minor(), points, included);
    add_tax(*priced,
            TaxRules::parse(fmt::format("*={}.{:02}", points / 100, points % 100), included), "GB");
    const auto& totals = priced->totals;
    ASSERT_EQ(Exact{totals.subtotal.amount_minor()}, expected);
    ASSERT_EQ(Exact{totals.shipping.amount_minor()}, *shipping);
    ASSERT_EQ(Exact{totals.total.amount_minor()},
              expected + *shipping + (included ? Exact{0} : tax));
    if (points > 0) ASSERT_EQ(Exact{totals.tax_lines.at(0).tax.amount_minor()}, tax);
    ASSERT_EQ(totals.total, totals.subtotal - totals.discount + totals.shipping + totals.tax);
    ASSERT_EQ(totals.total.currency().code(), GetParam());
    for (const auto& item : priced->items) ASSERT_EQ(item.total, item.unit_price * item.quantity);
  }
}
INSTANTIATE_TEST_SUITE_P(Currencies, RandomCarts, ::testing::Values("USD", "JPY", "KWD"));

TEST(Pricing, JoinsLinesOfOneSku) {
  const auto merged = merge_lines({{"mug", 1, 0}, {"pan", 2, 1}, {"mug", 3, 2}});
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0].quantity, 4);
  EXPECT_EQ(merged[1].position, 1U);
}

TEST(Pricing, NamesEveryLineThatCannotBeOrdered) {
  const std::vector<CartLine> cart{{"mug", 1, 0}, {"ghost", 1, 1}, {"draft", 1, 3}, {"yen", 1, 4}};
  const std::vector<QuotedPrice> quotes{quote("mug", 5), quote("draft", 5, "USD", false),
                                        quote("yen", 5, "JPY")};
  const auto priced = price_cart(cart, quotes);
  ASSERT_FALSE(priced);
  EXPECT_EQ(priced.error().code, "validation_failed");
  ASSERT_EQ(priced.error().fields.size(), 3U);
  EXPECT_EQ(priced.error().fields[0].field, "items[1].sku");
  EXPECT_EQ(priced.error().fields[0].code, "unknown_sku");
  EXPECT_EQ(priced.error().fields[1].field, "items[3].sku");
  EXPECT_EQ(priced.error().fields[1].code, "not_sellable");
  EXPECT_EQ(priced.error().fields[2].field, "items[4].sku");
  EXPECT_EQ(priced.error().fields[2].code, "mixed_currencies");
}

TEST(Pricing, RefusesATotalPastTheRange) {
  const std::vector<CartLine> cart{{"gold", 100'000, 0}};
  const std::vector<QuotedPrice> quotes{quote("gold", 100'000'000'000'000)};
  EXPECT_THROW(price_cart(cart, quotes), Error);
}

}  // namespace
}  // namespace souk::order
