#include "internal/models/shipping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "internal/models/event_json.hpp"
#include "internal/models/tax.hpp"

namespace souk::order {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Currency kUsd = Currency::from("USD");

Money usd(std::int64_t amount) { return {amount, kUsd}; }

ShippingMethod method(std::string code, std::int64_t price) {
  return {.code = code,
          .name = "By " + code,
          .countries = {},
          .price = usd(price),
          .free_from = std::nullopt,
          .min_days = std::nullopt,
          .max_days = std::nullopt,
          .active = true,
          .created_at = {},
          .updated_at = {}};
}

PricedCart cart_of(std::int64_t total) {
  PricedCart cart{.items = {{"mug", "Mug", 1, usd(total), usd(total)}},
                  .totals = {.subtotal = usd(0),
                             .discount = usd(0),
                             .shipping = usd(0),
                             .tax = usd(0),
                             .total = usd(0)}};
  cart.totals = add_up(cart.items);
  return cart;
}

std::vector<std::string> codes(const std::vector<ShippingRate>& rates) {
  std::vector<std::string> found;
  for (const auto& rate : rates) found.push_back(rate.method->code);
  return found;
}

/// "field code" of what is wrong; empty where nothing is.
std::string problem_of(const ShippingMethod& wanted) {
  try {
    check(wanted, kUsd);
  } catch (const Error& error) {
    return error.fields.at(0).field + " " + error.fields.at(0).code;
  }
  return {};
}

TEST(ShippingRates, AreTheCheapestFirstThenTheFastest) {
  auto slow = method("slow", 500);
  slow.max_days = 9;
  auto fast = method("fast", 500);
  fast.max_days = 2;
  const std::vector methods{method("dear", 900), method("vague", 500), slow, fast,
                            method("cheap", 100)};
  EXPECT_THAT(codes(shipping_rates(methods, "GB", usd(1000))),
              ElementsAre("cheap", "fast", "slow", "vague", "dear"));
}

TEST(ShippingRates, AreOfWhatDeliversThere) {
  auto home = method("home", 100);
  home.countries = {"DE", "AT"};
  auto asleep = method("asleep", 1);
  asleep.active = false;
  auto yen = method("yen", 1);
  yen.price = {1, Currency::from("JPY")};
  const std::vector methods{home, asleep, yen, method("world", 900)};
  EXPECT_THAT(codes(shipping_rates(methods, "AT", usd(0))), ElementsAre("home", "world"));
  EXPECT_THAT(codes(shipping_rates(methods, "GB", usd(0))), ElementsAre("world"));
  EXPECT_THAT(shipping_rates({}, "GB", usd(0)), IsEmpty());
}

TEST(ShippingRates, AreFreeFromASubtotal) {
  auto generous = method("generous", 500);
  generous.free_from = usd(5000);
  const std::vector methods{generous};
  const auto price = [&](std::int64_t subtotal) {
    return shipping_rates(methods, "GB", usd(subtotal)).at(0).price;
  };
  EXPECT_EQ(price(4999), usd(500));
  EXPECT_EQ(price(5000), usd(0));
}

TEST(AddShipping, TakesTheCheapestWhereNothingIsWanted) {
  auto cart = cart_of(1000);
  const std::vector methods{method("dear", 900), method("cheap", 100)};
  ASSERT_TRUE(add_shipping(cart, methods, "GB", ""));
  EXPECT_EQ(cart.shipping, (Delivery{"cheap", "By cheap", std::nullopt, std::nullopt}));
  EXPECT_EQ(cart.totals.shipping, usd(100));
  EXPECT_EQ(cart.totals.total, usd(1100));
}

TEST(AddShipping, TakesWhatIsWanted) {
  auto cart = cart_of(1000);
  const std::vector methods{method("dear", 900), method("cheap", 100)};
  ASSERT_TRUE(add_shipping(cart, methods, "GB", "dear"));
  EXPECT_EQ(cart.totals.total, usd(1900));
}

TEST(AddShipping, OfAShopWithoutMethodsIsFree) {
  auto cart = cart_of(1000);
  const auto before = cart.totals;
  ASSERT_TRUE(add_shipping(cart, {}, "GB", ""));
  EXPECT_EQ(cart.totals, before);
  EXPECT_FALSE(cart.shipping);
}

TEST(AddShipping, SaysWhatCannotBe) {
  auto home = method("home", 100);
  home.countries = {"DE"};
  auto asleep = method("asleep", 1);
  asleep.active = false;
  const std::vector methods{home, asleep};
  const auto refusal = [](std::span<const ShippingMethod> all, std::string_view wanted) {
    auto cart = cart_of(1000);
    const auto before = cart.totals;
    const auto added = add_shipping(cart, all, "GB", wanted);
    EXPECT_EQ(cart.totals, before);
    if (added) return std::string{};
    EXPECT_EQ(added.error().kind, Kind::validation);
    return added.error().fields.at(0).field + " " + added.error().fields.at(0).code;
  };
  EXPECT_EQ(refusal(methods, "home"), "shipping_method not_deliverable");
  EXPECT_EQ(refusal(methods, "asleep"), "shipping_method not_deliverable");
  EXPECT_EQ(refusal(methods, "ghost"), "shipping_method unknown_shipping_method");
  EXPECT_EQ(refusal({}, "ghost"), "shipping_method unknown_shipping_method");
  EXPECT_EQ(refusal(methods, ""), "shipping_address.country not_deliverable");
  const std::vector sleeping{asleep};
  EXPECT_EQ(refusal(sleeping, ""), "shipping_address.country not_deliverable")
      << "a shop that has put its only method to sleep delivers for nothing";
}

TEST(Shipping, BearsTaxAsALineOfItsOwn) {
  auto cart = cart_of(1000);
  ASSERT_TRUE(add_shipping(cart, std::vector{method("post", 50)}, "DE", ""));
  auto inclusive = cart;
  add_tax(cart, TaxRules::parse("DE=19", false), "DE");
  EXPECT_EQ(cart.totals.tax, usd(200));  // 190 + 9.5, each rounded
  EXPECT_EQ(cart.totals.total, usd(1250));
  EXPECT_EQ(cart.totals.tax_lines.at(0), (TaxLine{1900, false, usd(1050), usd(200)}));
  add_tax(inclusive, TaxRules::parse("DE=19", true), "DE");
  EXPECT_EQ(inclusive.totals.total, usd(1050));
  EXPECT_EQ(inclusive.totals.tax_lines.at(0), (TaxLine{1900, true, usd(882), usd(168)}));
}

TEST(ShippingMethods, AreChecked) {
  EXPECT_EQ(problem_of(method("post", 0)), "");
  auto wrong = method("post", -1);
  EXPECT_EQ(problem_of(wrong), "price.amount too_small");
  wrong = method("post", 900'000'000'001);
  EXPECT_EQ(problem_of(wrong), "price.amount too_large");
  wrong = method("post", 1);
  wrong.price = {1, Currency::from("JPY")};
  EXPECT_EQ(problem_of(wrong), "price.currency currency_mismatch");
  wrong = method("post", 1);
  wrong.free_from = Money{1, Currency::from("JPY")};
  EXPECT_EQ(problem_of(wrong), "free_from.currency currency_mismatch");
  wrong = method("post", 1);
  wrong.countries = {"DE", "GB", "DE"};
  EXPECT_EQ(problem_of(wrong), "countries[2] duplicate");
  wrong = method("post", 1);
  wrong.min_days = 3;
  wrong.max_days = 2;
  EXPECT_EQ(problem_of(wrong), "max_days out_of_range");
}

Placed placed_with(const PricedCart& cart) {
  return {.user = UserId{},
          .number = "S-1",
          .items = cart.items,
          .totals = cart.totals,
          .shipping_address = {.full_name = "A",
                               .line1 = "B",
                               .line2 = std::nullopt,
                               .city = "C",
                               .region = std::nullopt,
                               .postal_code = "D",
                               .country = "DE"},
          .external_id = std::nullopt,
          .shipping = cart.shipping};
}

TEST(Shipping, TravelsWithItsEvent) {
  auto express = method("express", 1500);
  express.min_days = 0;
  express.max_days = 2;
  for (const auto& chosen : {express, method("post", 50)}) {
    auto cart = cart_of(1000);
    ASSERT_TRUE(add_shipping(cart, std::vector{chosen}, "DE", ""));
    const auto json = to_json(placed_with(cart));
    const auto back = std::get<Placed>(from_json(EventType::placed, json));
    EXPECT_EQ(back.shipping, cart.shipping);
    EXPECT_EQ(back.totals, cart.totals);
    EXPECT_EQ(to_json(back), json);
    EXPECT_EQ(delivery_from_json(delivery_to_json(cart.shipping)), cart.shipping);
  }
}

// A stream from before there were methods, word for word.
TEST(Shipping, IsNotMentionedWhereThereIsNone) {
  constexpr std::string_view kOld =
      R"({"user_id":"01900000-0000-7000-8000-000000000001","number":"S-1","currency":"USD",)"
      R"("items":[{"sku":"mug","name":"Mug","quantity":1,"unit_price":500,"total":500}],)"
      R"("subtotal":500,"discount_total":0,"shipping_total":0,"tax_total":0,"total":500,)"
      R"("shipping_address":{"full_name":"A","line1":"B","city":"C","postal_code":"D",)"
      R"("country":"DE"},"schema":1})";
  const auto event = from_json(EventType::placed, kOld);
  EXPECT_FALSE(std::get<Placed>(event).shipping);
  EXPECT_EQ(to_json(event), kOld);
}

}  // namespace
}  // namespace souk::order
