#include "apps/souk/online_retail/baskets.hpp"

#include <algorithm>

namespace souk::online_retail {
namespace {

void put(Basket& basket, const OrderLine& line) {
  const auto same = std::ranges::find(basket.items, line.sku, &Basket::Item::sku);
  if (same != basket.items.end()) {
    same->quantity = std::min(kMaxBasketQuantity, same->quantity + line.quantity);
  } else if (basket.items.size() < kMaxBasketItems) {
    basket.items.push_back({line.sku, std::min(kMaxBasketQuantity, line.quantity)});
  }
}

}  // namespace

std::vector<Basket> baskets_of(std::span<const Order> orders) {
  std::vector<Basket> baskets;
  baskets.reserve(orders.size());
  for (const auto& order : orders) {
    auto& basket = baskets.emplace_back(Basket{order.key, order.customer_id, {}});
    for (const auto& line : order.lines) {
      if (!line.postage) put(basket, line);
    }
  }
  return baskets;
}

}  // namespace souk::online_retail
