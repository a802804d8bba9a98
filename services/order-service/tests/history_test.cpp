#include <gmock/gmock.h>

#include "internal/models/decisions.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

class HistoryTest : public ShopTest {
 protected:
  static Money gbp(std::int64_t amount) { return {amount, *Currency::parse("GBP")}; }

  ImportedOrder past(std::string external_id) {
    return {.external_id = std::move(external_id),
            .user = new_user(),
            .items = {{"85123A", "WHITE HANGING HEART", 6, gbp(255), gbp(1530)},
                      {"71053", "SCREW", 100, gbp(0), gbp(49)}},  // 0.0049 a piece
            .shipping_address = {.full_name = "Customer 17850",
                                 .line1 = "-",
                                 .city = "-",
                                 .postal_code = "-",
                                 .country = "GB"},
            .placed_at = from_rfc3339("2010-12-01T08:26:00Z"),
            .refunds = {},
            .cancelled_at = std::nullopt};
  }

  ImportOrders::Report import(std::vector<ImportedOrder> orders) {
    return run(shop->import.run(admin_call(), std::move(orders)));
  }

  std::vector<Order> all() {
    return run(shop->read.list_all(admin_call(), "all", {}, {.size = 100, .token = {}})).orders;
  }

  std::string dump() {
    return admin("SELECT coalesce(string_agg(o::text, E'\\n' ORDER BY id), '') AS t FROM orders o")
               .front()
               .get<std::string>("t") +
           admin(
               "SELECT coalesce(string_agg(i::text, E'\\n' ORDER BY order_id, line), '') AS t FROM "
               "order_items i")
               .front()
               .get<std::string>("t");
  }

  RebuildOrders::Report rebuild(bool dry_run = false) {
    return run(shop->rebuild.run(admin_call(), dry_run));
  }

  /// A shop with an order in every state.
  void live() {
    const auto ada = new_user();
    buy(ada);
    inventory.stock["pan"] = 0;
    EXPECT_EQ(refused(call(ada, new_key()), wish()).code, "out_of_stock");
    EXPECT_EQ(refused(call(ada, new_key()), wish({{"mug", 1, 0}}, "tok_declined")).code,
              "payment_declined");
    limits.wait = limits.poll;
    open();
    buy(ada, wish({{"mug", 1, 0}}, "tok_pending"));
    auto cancelled = past("B");
    cancelled.cancelled_at = cancelled.placed_at + std::chrono::hours{1};
    auto refunded = past("C");
    refunded.refunds = {{gbp(300), refunded.placed_at + std::chrono::hours{24}}};
    import({past("A"), cancelled, refunded});
  }
};

TEST_F(HistoryTest, IsImportedThroughTheAggregate) {
  auto cancelled = past("cancelled");
  cancelled.cancelled_at = cancelled.placed_at + std::chrono::hours{1};
  auto refunded = past("refunded");
  refunded.refunds = {{gbp(1000), refunded.placed_at + std::chrono::hours{48}},
                      {gbp(579), refunded.placed_at + std::chrono::hours{24}}};
  const auto report = import({past("plain"), cancelled, refunded});
  EXPECT_EQ(report.created, 3);
  std::map<std::string, Order> found;
  for (auto& order : all()) found.emplace(*order.external_id, order);
  const auto& plain = found.at("plain");
  EXPECT_EQ(plain.status, Status::delivered);
  EXPECT_EQ(plain.totals.total, gbp(1579));
  EXPECT_EQ(plain.created_at, from_rfc3339("2010-12-01T08:26:00Z"));
  EXPECT_EQ(found.at("cancelled").status, Status::cancelled);
  EXPECT_EQ(found.at("cancelled").refunded, gbp(1579));
  EXPECT_EQ(found.at("refunded").status, Status::refunded);
  EXPECT_EQ(found.at("refunded").updated_at, from_rfc3339("2010-12-03T08:26:00Z"));
  EXPECT_EQ(count("outbox"), 0) << "these customers had their mails";
  EXPECT_EQ(count("refunds WHERE status = 'succeeded'"), 3);
  EXPECT_EQ(payments.ledger.size(), 3U);
  EXPECT_TRUE(inventory.holds.empty());
}

TEST_F(HistoryTest, PostageIsShipping) {
  auto order = past("A");
  order.shipping_minor = 1800;
  const auto report = import({order});
  ASSERT_EQ(report.kept.size(), 1U);
  EXPECT_EQ(report.kept[0].totals.subtotal, gbp(1579));
  EXPECT_EQ(report.kept[0].totals.shipping, gbp(1800));
  EXPECT_EQ(report.kept[0].totals.total, gbp(3379));
  EXPECT_EQ(rebuild(true).differing, 0);
}

TEST_F(HistoryTest, IsRefundedWhereItWasPaid) {
  import({past("A")});
  v1::RefundOrderRequest request;
  request.set_id(all().front().id.str());
  request.set_reason("late");
  auto admin_caller = admin_call(new_key());
  try {
    run(shop->refund.run(admin_caller, request));
    ADD_FAILURE() << "no provider of ours can give this money back";
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "refund_not_possible");
  }
  EXPECT_EQ(count("refunds"), 0);
}

TEST_F(HistoryTest, IsImportedOnce) {
  EXPECT_EQ(import({past("A"), past("B")}).created, 2);
  const auto before = dump();
  const auto again = import({past("A"), past("B"), past("C"), past("C")});
  EXPECT_EQ(again.created, 1);
  EXPECT_EQ(again.existing, 3);
  EXPECT_EQ(count("orders"), 3);
  EXPECT_EQ(count("order_events"), 12);
  EXPECT_NE(dump(), before);
}

TEST_F(HistoryTest, AnImportThatDiedBeforeThePaymentsIsMendedByTheNext) {
  payments.import_fault.before = 1;
  EXPECT_THROW(import({past("A")}), Error);
  EXPECT_TRUE(payments.ledger.empty());
  EXPECT_EQ(import({past("A")}).existing, 1);
  EXPECT_EQ(payments.ledger.size(), 1U);
}

TEST_F(HistoryTest, WhatCannotHaveHappenedIsRefusedWhole) {
  auto impossible = past("B");
  impossible.refunds = {{gbp(2000), impossible.placed_at}};
  EXPECT_THROW(import({past("A"), impossible}), Error);
  EXPECT_EQ(count("orders"), 0);
}

TEST_F(HistoryTest, ProjectionsRebuildByteForByte) {
  live();
  const auto before = dump();
  EXPECT_EQ(rebuild().differing, 0) << "they are what the streams say as it is";
  admin("DELETE FROM orders");
  admin("DELETE FROM order_items");
  const auto report = rebuild();
  EXPECT_EQ(report.orders, 7);
  EXPECT_EQ(report.differing, 7);
  EXPECT_EQ(dump(), before);
}

TEST_F(HistoryTest, RebuildFindsAndMendsDamage) {
  live();
  const auto before = dump();
  admin("UPDATE orders SET status = 'delivered' WHERE status = 'confirmed'");
  admin(
      "DELETE FROM order_items WHERE line = 2 AND order_id = (SELECT id FROM orders WHERE "
      "external_id = 'A')");
  admin("UPDATE orders SET shipping_address = '{}' WHERE external_id = 'B'");
  admin(
      "INSERT INTO order_items (tenant_id, order_id, line, sku, name, quantity, unit_price, total)"
      " SELECT tenant_id, '01900000-0000-7000-8000-000000000001', 1, 'x', 'x', 1, 1, 1 FROM orders "
      "LIMIT 1");
  const auto damaged = dump();
  EXPECT_EQ(rebuild(true).differing, 4);
  EXPECT_EQ(dump(), damaged) << "a dry run only looks";
  EXPECT_EQ(rebuild().differing, 4);
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(rebuild().differing, 0);
}

}  // namespace
}  // namespace souk::order
