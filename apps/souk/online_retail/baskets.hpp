#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/souk/online_retail/order.hpp"

namespace souk::online_retail {

/// What a shopper puts into one order of the live replay.
struct Basket {
  struct Item {
    std::string sku;
    std::int64_t quantity = 0;
  };
  std::string key;  ///< of the order it was taken from: stable, fit for an Idempotency-Key
  std::optional<std::string> customer_id;
  std::vector<Item> items;  ///< each SKU once
};

/// What POST /orders takes.
inline constexpr std::size_t kMaxBasketItems = 100;
/// The file's bulk lines of tens of thousands would each empty a demo shop's shelf; 99 of 100 lines
/// are for fewer units than this.
inline constexpr std::int64_t kMaxBasketQuantity = 100;

/// The goods of every order, in the order of time. What exceeds the two bounds is left out.
std::vector<Basket> baskets_of(std::span<const Order> orders);

}  // namespace souk::online_retail
