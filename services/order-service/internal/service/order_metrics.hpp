#pragma once

#include <string>

#include "internal/models/order.hpp"
#include "middleware/metrics.hpp"

namespace souk::order {

/// What the business looks at. Labels hold statuses and currencies, nothing about people.
class OrderMetrics {
 public:
  /// Outlives this.
  explicit OrderMetrics(Metrics& metrics) : metrics_(metrics) {}

  void out_of_stock() { count("out_of_stock"); }
  void cancelled() { count("cancelled"); }
  /// Confirmed or payment_failed.
  void settled(const Order& order);

 private:
  void count(const std::string& outcome);

  Metrics& metrics_;
};

}  // namespace souk::order
