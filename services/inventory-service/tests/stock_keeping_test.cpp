#include "inventory/events.pb.h"
#include "replica.hpp"

namespace souk::inventory {
namespace {

class StockKeepingTest : public InventoryTest {
 protected:
  template <class T>
  std::string code_of(Task<T> task) {
    try {
      world.run(std::move(task));
      return "";
    } catch (const Error& error) {
      return error.code;
    }
  }

  static v1::AdjustStockRequest adjustment(const Sku& sku, std::int64_t delta) {
    v1::AdjustStockRequest request;
    request.set_sku(sku);
    request.set_delta(delta);
    request.set_reason("counted");
    return request;
  }

  /// The availabilities that were published, oldest first.
  std::vector<std::string> news() {
    std::vector<std::string> list;
    constexpr database::Query kPayloads{"test.payloads", "SELECT payload FROM outbox ORDER BY seq"};
    for (const auto& row : world.run(first.database.query(testing::scope(), kPayloads))) {
      const auto bytes = row.get<database::Bytes>("payload");
      v1::AvailabilityChanged event;
      event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
      list.push_back(event.sku() + " " + event.availability());
    }
    return list;
  }
};

TEST_F(StockKeepingTest, SetMakesTheRecordAndCountsIt) {
  EXPECT_EQ(code_of(first.keeping.get(world.call(), "A")), "not_found");
  EXPECT_EQ(world.run(first.keeping.set(world.call(), "A", 7)).on_hand, 7);
  EXPECT_EQ(world.run(first.keeping.set(world.call(), "A", 3)).on_hand, 3);
  EXPECT_EQ(world.run(first.keeping.set(world.call(), "A", 3)).on_hand, 3);
  const auto ledger = world.run(first.keeping.movements(world.call(), "A", std::nullopt, 20));
  ASSERT_EQ(ledger.size(), 2U);  // nothing moved the third time
  EXPECT_EQ(ledger[0].delta, -4);
  EXPECT_EQ(ledger[0].kind, "set");
  EXPECT_EQ(ledger[1].delta, 7);
}

TEST_F(StockKeepingTest, SetAndAdjustStayAboveWhatIsReserved) {
  set("A", 5);
  ASSERT_EQ(ask_now({.action = Action::reserve, .order = new_order(), .lines = {{"A", 3}}}), "ok");
  EXPECT_EQ(code_of(first.keeping.set(world.call(), "A", 2)), "stock_below_reserved");
  auto call = world.call();
  EXPECT_EQ(code_of(first.keeping.adjust(call, adjustment("A", -3))), "insufficient_stock");
  EXPECT_EQ(world.run(first.keeping.adjust(call, adjustment("A", -2))).available(), 0);
  EXPECT_EQ(code_of(first.keeping.adjust(call, adjustment("unknown", 1))), "not_found");
}

TEST_F(StockKeepingTest, AdjustmentWithAKeyCountsOnce) {
  set("A", 5);
  auto call = world.call();
  call.idempotency_key = "k";
  EXPECT_EQ(world.run(first.keeping.adjust(call, adjustment("A", 2))).on_hand(), 7);
  auto again = world.call();
  again.idempotency_key = "k";
  EXPECT_EQ(world.run(second.keeping.adjust(again, adjustment("A", 2))).on_hand(), 7);
  EXPECT_TRUE(again.reply.replayed);
  EXPECT_EQ(code_of(first.keeping.adjust(again, adjustment("A", 3))), "idempotency_key_reused");
  EXPECT_EQ(stock("A").on_hand, 7);
}

TEST_F(StockKeepingTest, LedgerIsPagedNewestFirst) {
  for (int i = 1; i <= 5; ++i) set("A", i);
  auto page = world.run(first.keeping.movements(world.call(), "A", std::nullopt, 3));
  ASSERT_EQ(page.size(), 4U);
  const auto last = page[2].id;
  page = world.run(first.keeping.movements(world.call(), "A", last, 3));
  EXPECT_EQ(page.size(), 2U);
  EXPECT_TRUE(page.front().id < last);
  EXPECT_EQ(code_of(first.keeping.movements(world.call(), "B", std::nullopt, 3)), "not_found");
}

TEST_F(StockKeepingTest, ImportLeavesWhatExists) {
  set("A", 5);
  EXPECT_EQ(world.run(first.keeping.import(world.call(), {{"A", 9}, {"B", 9}, {"C", 0}})), 2);
  EXPECT_EQ(stock("A").on_hand, 5);
  EXPECT_EQ(stock("B").on_hand, 9);
  EXPECT_EQ(stock("C").on_hand, 0);
  EXPECT_EQ(world.run(second.keeping.import(world.call(), {{"A", 9}, {"B", 9}})), 0);
}

TEST_F(StockKeepingTest, TellsOfAvailabilityWhenItsCoarseStateChanges) {
  set("A", 20);
  set("A", 19);
  const auto order = new_order();
  ask_now({.action = Action::reserve, .order = order, .lines = {{"A", 15}}});
  ask_now({.action = Action::reserve, .order = new_order(), .lines = {{"A", 4}}});
  ask_now({.action = Action::release, .order = order});
  EXPECT_EQ(news(), (std::vector<std::string>{"A in_stock", "A low_stock", "A out_of_stock",
                                              "A in_stock"}));
}

}  // namespace
}  // namespace souk::inventory
