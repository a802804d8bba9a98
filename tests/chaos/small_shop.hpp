#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "evidence.hpp"
#include "record.hpp"

namespace souk::chaos {

/// A shop with one shopper and an order of each fate, in which every row agrees with every other. The
/// order's ids are "sold" (fulfilled, then partially refunded), "cancelled", "declined" and "rejected".
struct SmallShop {
  SmallShop();

  Evidence evidence;
  std::vector<Call> calls;

  // The row or call that a test means. The first where there are several.
  Call& call(std::string_view what) { return find(calls, &Call::what, what); }
  Evidence::Order& order(std::string_view id) {
    return find(evidence.orders, &Evidence::Order::id, id);
  }
  Evidence::Line& line(std::string_view order) {
    return find(evidence.lines, &Evidence::Line::order, order);
  }
  Evidence::Hold& hold(std::string_view order) {
    return find(evidence.holds, &Evidence::Hold::order, order);
  }
  Evidence::Stock& stock(std::string_view sku) {
    return find(evidence.stock, &Evidence::Stock::sku, sku);
  }
  Evidence::Payment& payment(std::string_view order) {
    return find(evidence.payments, &Evidence::Payment::order, order);
  }
  Evidence::Charge& charge(std::string_view order) {
    return find(evidence.charges, &Evidence::Charge::reference, order);
  }
  Evidence::Refund& refund(std::string_view order) {
    return find(evidence.order_refunds, &Evidence::Refund::owner, order);
  }
  Evidence::Movement& movement(std::string_view order, std::string_view kind);
  Evidence::Message& message(std::string_view order, std::string_view kind);
  void drop_message(std::string_view order, std::string_view kind);

 private:
  template <class Row>
  static Row& find(std::vector<Row>& rows, std::string Row::* member, std::string_view value) {
    return *std::ranges::find(rows, value, member);
  }

  void sell(const std::string& id, std::int64_t quantity, std::vector<std::string> events);
  void pay(const std::string& id, std::int64_t amount, std::int64_t captured,
           std::int64_t refunded);
  void tell(const std::string& id, std::string_view kind);
  void shop();
};

}  // namespace souk::chaos
