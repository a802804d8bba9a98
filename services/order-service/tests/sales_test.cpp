#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "internal/service/sales_report.hpp"
#include "internal/service/search_orders.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

using namespace std::chrono;
using ::testing::ElementsAre;

Day day(const std::string& text) { return *parse_day("day", text); }

std::vector<std::string> texts(const std::vector<Day>& days) {
  std::vector<std::string> list;
  for (const auto each : days) list.push_back(day_text(each));
  return list;
}

std::string field_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.fields.at(0).field + " " + error.fields.at(0).code;
  }
  return "";
}

TEST(Period, KnowsItsIntervals) {
  const auto period = make_period(day("2026-01-30"), day("2026-02-02"));  // Friday to Monday
  EXPECT_THAT(texts(intervals_of(period, Interval::day)),
              ElementsAre("2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"));
  EXPECT_THAT(texts(intervals_of(period, Interval::week)), ElementsAre("2026-01-26", "2026-02-02"));
  EXPECT_THAT(texts(intervals_of(period, Interval::month)),
              ElementsAre("2026-01-01", "2026-02-01"));
}

TEST(Period, RefusesDaysThatAreNone) {
  EXPECT_EQ(field_of([] { parse_day("from", "2026-02-30"); }), "from invalid_format");
  EXPECT_EQ(field_of([] { make_period(day("2026-01-02"), day("2026-01-01")); }), "to too_small");
  EXPECT_EQ(field_of([] { make_period(day("2020-01-01"), day("2026-01-01")); }), "to too_large");
  EXPECT_EQ(field_of([] { make_period(day("2021-01-01"), day("2025-12-31")); }), "");
  EXPECT_FALSE(parse_day("from", ""));
}

class SalesTest : public ShopTest {
 protected:
  static ImportedOrder past(const std::string& id, const std::string& placed_at,
                            std::int64_t amount, const char* currency = "USD") {
    const Money price{amount, Currency::from(currency)};
    return {.external_id = id,
            .user = UserId::from("018f2f5e-0000-7000-8000-000000000001"),
            .items = {{.sku = "old-" + id.substr(0, 1),
                       .name = "Old " + id,
                       .quantity = 2,
                       .unit_price = price,
                       .total = price * 2}},
            .shipping_address = {.full_name = "Grace Hopper",
                                 .line1 = "-",
                                 .city = "-",
                                 .postal_code = "-",
                                 .country = "US"},
            .placed_at = from_rfc3339(placed_at),
            .refunds = {},
            .cancelled_at = std::nullopt};
  }
  void import(std::vector<ImportedOrder> orders) {
    run(shop->import.run(admin_call(), std::move(orders)));
  }
  v1::Sales sales(const std::string& from, const std::string& to, Interval interval = Interval::day,
                  int top = 10) {
    SalesReport report{database};
    return run(report.of(admin_call(), make_period(day(from), day(to)), interval, top));
  }
  v1::Sales today() {
    const auto now = day_text(floor<days>(clock.now()));
    return sales(now, now);
  }
};

TEST_F(SalesTest, SumsWhatWasPaidByIntervalAndCurrency) {
  auto refunded = past("C", "2025-03-02T10:00:00Z", 3000);
  refunded.refunds = {{Money{1000, Currency::from("USD")}, from_rfc3339("2025-04-01T00:00:00Z")}};
  auto cancelled = past("D", "2025-03-02T11:00:00Z", 9000);
  cancelled.cancelled_at = from_rfc3339("2025-03-03T00:00:00Z");
  import({past("A1", "2025-03-01T00:00:00Z", 500), past("A2", "2025-03-01T23:59:59.999Z", 700),
          past("B", "2025-02-28T23:59:59.999Z", 100), past("E", "2025-03-04T00:00:00Z", 100),
          past("F", "2025-03-02T12:00:00Z", 2000, "JPY"), refunded, cancelled});

  const auto report = sales("2025-03-01", "2025-03-03");
  ASSERT_EQ(report.items_size(), 2);
  const auto& jpy = report.items(0);
  EXPECT_EQ(jpy.currency(), "JPY");
  EXPECT_EQ(jpy.revenue().amount(), 4000);
  const auto& usd = report.items(1);
  EXPECT_EQ(usd.currency(), "USD");
  EXPECT_EQ(usd.orders(), 3) << "neither the cancelled one nor those outside of the period";
  EXPECT_EQ(usd.revenue().amount(), 1000 + 1400 + 6000);
  EXPECT_EQ(usd.refunded().amount(), 1000);
  EXPECT_EQ(usd.average_basket().amount(), 2800);
  ASSERT_EQ(usd.intervals_size(), 3);
  EXPECT_EQ(usd.intervals(0).from(), "2025-03-01");
  EXPECT_EQ(usd.intervals(0).orders(), 2);
  EXPECT_EQ(usd.intervals(0).revenue().amount(), 2400);
  EXPECT_EQ(usd.intervals(1).refunded().amount(), 1000);
  EXPECT_EQ(usd.intervals(2).from(), "2025-03-03");
  EXPECT_EQ(usd.intervals(2).orders(), 0);

  const auto by_month = sales("2025-02-01", "2025-03-31", Interval::month);
  EXPECT_EQ(by_month.items(1).intervals(0).orders(), 1);
  EXPECT_EQ(by_month.items(1).intervals(1).orders(), 4);
  EXPECT_EQ(sales("2025-02-24", "2025-03-02", Interval::week).items(1).intervals(0).orders(), 4);
  EXPECT_EQ(sales("2024-01-01", "2024-12-31").items_size(), 0);
}

TEST_F(SalesTest, BestSellersComeFirst) {
  import({past("A1", "2025-03-01T00:00:00Z", 500), past("A2", "2025-03-02T00:00:00Z", 700),
          past("B", "2025-03-02T00:00:00Z", 900), past("C", "2025-03-02T00:00:00Z", 100)});
  const auto report = sales("2025-03-01", "2025-03-02", Interval::day, 2);
  const auto& top = report.items(0).top_products();
  ASSERT_EQ(top.size(), 2);
  EXPECT_EQ(top[0].sku(), "old-A");
  EXPECT_EQ(top[0].name(), "Old A2") << "its last name";
  EXPECT_EQ(top[0].quantity(), 4);
  EXPECT_EQ(top[0].revenue().amount(), 2400);
  EXPECT_EQ(top[1].sku(), "old-B");
}

TEST_F(SalesTest, CheckoutsAreCountedByWhatBecameOfThem) {
  const auto ada = new_user();
  buy(ada);
  buy(ada);
  refused(call(ada, new_key()), wish({{"mug", 1, 0}}, "tok_declined"));
  inventory.stock["pan"] = 0;
  refused(call(ada, new_key()), wish());
  import({past("A", to_rfc3339(clock.now()), 500)});
  const auto report = today();
  EXPECT_EQ(report.checkouts().started(), 4) << report.ShortDebugString();
  EXPECT_EQ(report.checkouts().confirmed(), 2);
  EXPECT_EQ(report.checkouts().payment_failed(), 1);
  EXPECT_EQ(report.checkouts().out_of_stock(), 1);
  EXPECT_EQ(report.items(0).orders(), 3);
}

TEST_F(SalesTest, NobodySeesAnotherTenantsSales) {
  buy(new_user());
  auto call = admin_call();
  call.identity.tenant = TenantId::from("00000000-0000-7000-8000-0000000000ff");
  SalesReport report{database};
  const auto now = floor<days>(clock.now());
  const auto theirs = run(report.of(call, make_period(now, now), Interval::day, 10));
  EXPECT_EQ(theirs.items_size(), 0);
  EXPECT_EQ(theirs.checkouts().started(), 0);
}

TEST_F(SalesTest, OrdersAreFoundByNumberNameIdCustomerAndDay) {
  const auto ada = new_user();
  const auto order = buy(ada);
  buy(new_user());
  import({past("A", "2025-03-01T23:59:59Z", 500), past("B", "2025-03-02T00:00:00Z", 500)});
  const auto found = [&](OrderFilter filter) {
    return run(shop->read.list_all(admin_call(), "all", std::move(filter), {})).orders;
  };
  EXPECT_EQ(found({}).size(), 4U);
  for (const auto& query : {order.number, order.number.substr(0, 9), order.id.str()})
    EXPECT_EQ(found({.query = query}).at(0).id, order.id) << query;
  EXPECT_EQ(found({.query = order.id.str()}).size(), 1U);
  EXPECT_EQ(found({.query = "byron"}).size(), 2U);
  EXPECT_EQ(found({.query = "grace h"}).size(), 2U);
  for (const auto* nothing : {"%", "_", "' OR '1'='1", "byron%"})
    EXPECT_TRUE(found({.query = nothing}).empty()) << nothing;
  EXPECT_EQ(found({.user = ada, .query = "Ada"}).size(), 1U);
  EXPECT_TRUE(found({.user = ada, .query = "Grace"}).empty());
  EXPECT_TRUE(found({.user = ada, .status = Status::cancelled}).empty());
  const OrderFilter first_of_march{.placed_from = day("2025-03-01"),
                                   .placed_before = day("2025-03-02")};
  ASSERT_EQ(found(first_of_march).size(), 1U);
  EXPECT_EQ(found(first_of_march).at(0).external_id, "A");
  EXPECT_EQ(found({.placed_before = day("2025-03-03")}).size(), 2U);
}

}  // namespace
}  // namespace souk::order
