#include "apps/souk/online_retail/baskets.hpp"

#include <gtest/gtest.h>

namespace souk::online_retail {
namespace {

OrderLine goods(std::string sku, std::int64_t quantity) {
  return {.line_number = 2,
          .postage = false,
          .sku = std::move(sku),
          .quantity = quantity,
          .unit_price_minor = 100};
}

TEST(Baskets, HoldEachArticleOnceWithoutPostage) {
  Order order;
  order.key = "online-retail:1:t";
  order.customer_id = "17850";
  order.lines = {goods("A", 2), goods("B", 1), goods("A", 3)};
  order.lines.push_back(goods("POST", 1));
  order.lines.back().postage = true;
  const auto baskets = baskets_of({&order, 1});
  ASSERT_EQ(baskets.size(), 1U);
  EXPECT_EQ(baskets[0].key, order.key);
  EXPECT_EQ(baskets[0].customer_id, "17850");
  ASSERT_EQ(baskets[0].items.size(), 2U);
  EXPECT_EQ(baskets[0].items[0].sku, "A");
  EXPECT_EQ(baskets[0].items[0].quantity, 5);
  EXPECT_EQ(baskets[0].items[1].quantity, 1);
}

TEST(Baskets, StayWithinWhatTheApiTakes) {
  Order order;
  for (int i = 0; i < 705; ++i) order.lines.push_back(goods("S" + std::to_string(i), 74'215));
  order.lines.push_back(goods("S0", 1));
  const auto baskets = baskets_of({&order, 1});
  ASSERT_EQ(baskets[0].items.size(), kMaxBasketItems);
  for (const auto& item : baskets[0].items) EXPECT_EQ(item.quantity, kMaxBasketQuantity);
}

}  // namespace
}  // namespace souk::online_retail
