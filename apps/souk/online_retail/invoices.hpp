#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "apps/souk/online_retail/cancellations.hpp"
#include "apps/souk/online_retail/line.hpp"
#include "apps/souk/online_retail/order.hpp"
#include "apps/souk/online_retail/report.hpp"

namespace souk::online_retail {

/// Turns the lines of a file into orders with their refunds, and accounts for every line in the
/// report: it ends up in an order, in a refund, or rejected with one reason. Lines may come in any
/// order. A plain object of one thread; add() everything, then finish() once.
class Invoices {
 public:
  /// The report outlives this.
  explicit Invoices(Report& report) : report_(report) {}

  void add(const Record& record);

  /// All orders, oldest first.
  std::vector<Order> finish();

 private:
  void add_line(const Line& line);
  void add_sale(const Line& line);
  void add_cancellation(const Line& line);
  void reject(Reason reason, const Line& line);
  std::vector<Order> orders_with_goods();
  void count(const std::vector<Order>& orders);

  Report& report_;
  std::vector<Order> orders_;
  std::unordered_map<std::string, std::size_t> by_invoice_;
  /// What may still be rejected when all lines are known, with the text for the report.
  std::unordered_map<std::uint32_t, std::string> postage_texts_;
  std::vector<Cancellation> cancellations_;
};

}  // namespace souk::online_retail
