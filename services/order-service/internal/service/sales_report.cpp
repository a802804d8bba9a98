#include "internal/service/sales_report.hpp"

#include <map>

#include "internal/repository/sales_repository.hpp"
#include "runtime/proto_values.hpp"

namespace souk::order {
namespace {

using sales_repository::IntervalSales;

v1::CurrencySales* sales_in(v1::Sales& sales, Currency currency) {
  for (auto& each : *sales.mutable_items()) {
    if (each.currency() == currency.code()) return &each;
  }
  auto* added = sales.add_items();
  added->set_currency(std::string{currency.code()});
  return added;
}

/// Every interval of the period, those without a sale too.
void add_intervals(v1::CurrencySales& sales, Currency currency, const std::vector<Day>& days,
                   const std::map<Day, IntervalSales>& sold) {
  Money revenue = Money::zero(currency);
  Money refunded = Money::zero(currency);
  std::int64_t orders = 0;
  for (const auto day : days) {
    const auto found = sold.find(day);
    const auto& row =
        found == sold.end() ? IntervalSales{.currency = currency, .interval = day} : found->second;
    auto& interval = *sales.add_intervals();
    interval.set_from(day_text(day));
    interval.set_orders(row.orders);
    *interval.mutable_revenue() = rpc::to_proto(Money{row.revenue, currency});
    *interval.mutable_refunded() = rpc::to_proto(Money{row.refunded, currency});
    revenue = revenue + Money{row.revenue, currency};
    refunded = refunded + Money{row.refunded, currency};
    orders += row.orders;
  }
  sales.set_orders(orders);
  *sales.mutable_revenue() = rpc::to_proto(revenue);
  *sales.mutable_refunded() = rpc::to_proto(refunded);
  *sales.mutable_average_basket() = rpc::to_proto(orders == 0 ? revenue : revenue.ratio(1, orders));
}

v1::CheckoutCounts count(const std::map<Status, std::int64_t>& by_status) {
  v1::CheckoutCounts counts;
  for (const auto& [status, number] : by_status) {
    counts.set_started(counts.started() + number);
    switch (status) {
      case Status::pending: counts.set_pending(number); break;
      case Status::payment_failed: counts.set_payment_failed(number); break;
      case Status::rejected: counts.set_out_of_stock(number); break;
      default: counts.set_confirmed(counts.confirmed() + number);
    }
  }
  return counts;
}

}  // namespace

Task<v1::Sales> SalesReport::of(const rpc::Call& call, Period period, Interval interval, int top) {
  std::map<std::string, std::map<Day, IntervalSales>> sold;  // by currency
  for (const auto& row :
       co_await sales_repository::by_interval(database_, call.scope(), period, interval))
    sold[std::string{row.currency.code()}].emplace(row.interval, row);

  v1::Sales sales;
  const auto days = intervals_of(period, interval);
  for (const auto& [code, rows] : sold) {
    const auto currency = Currency::from(code);
    add_intervals(*sales_in(sales, currency), currency, days, rows);
  }
  for (const auto& row :
       co_await sales_repository::best_sellers(database_, call.scope(), period, top)) {
    auto& product = *sales_in(sales, row.currency)->add_top_products();
    product.set_sku(row.sku);
    product.set_name(row.name);
    product.set_quantity(row.quantity);
    *product.mutable_revenue() = rpc::to_proto(Money{row.revenue, row.currency});
  }
  *sales.mutable_checkouts() =
      count(co_await sales_repository::checkouts(database_, call.scope(), period));
  co_return sales;
}

}  // namespace souk::order
