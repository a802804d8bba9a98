#include "internal/service/order_metrics.hpp"

#include <prometheus/counter.h>

namespace souk::order {

void OrderMetrics::settled(const Order& order) {
  count(std::string{to_string(order.status)});
  if (order.status != Status::confirmed) return;
  const auto total = order.totals.total;
  metrics_
      .counter("souk_revenue_minor_total", "Price of the confirmed orders, in minor units",
               {{"currency", std::string{total.currency().code()}}})
      .Increment(static_cast<double>(total.amount_minor()));
}

void OrderMetrics::count(const std::string& outcome) {
  metrics_.counter("souk_orders_total", "Orders by what became of them", {{"outcome", outcome}})
      .Increment();
}

}  // namespace souk::order
