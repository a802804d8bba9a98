#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/souk/online_retail/order.hpp"
#include "core/clock.hpp"

namespace souk::online_retail {

/// One line of a cancellation invoice, its quantity turned positive.
struct Cancellation {
  std::uint32_t line_number = 0;
  std::string text;
  std::string invoice;
  std::string customer_id;
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t unit_price_minor = 0;
  Time time;
};

/// Finds for each cancellation, oldest first, the earlier purchase it takes back: of the same
/// customer, SKU and price; the latest of the same quantity, else the latest of which enough is
/// left, else several, latest first. Writes it to the orders as refunds; returns those that match
/// nothing, or more than is left: a cancellation is never accepted in part. `orders` come oldest
/// first, with their keys.
std::vector<Cancellation> match_cancellations(std::vector<Cancellation> cancellations,
                                              std::vector<Order>& orders);

}  // namespace souk::online_retail
