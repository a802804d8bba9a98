#include "internal/repository/sales_repository.hpp"

#include "internal/models/order_id.hpp"

namespace souk::order::sales_repository {
namespace {

using database::Query;

// Ids are UUIDv7, made in the moment an order is placed (an imported one's from when it was): the primary
// key finds a period, and checkouts have no further index to keep. $1, $2: the ids between which its orders
// lie, with a little room; $3, $4: the period itself.
constexpr Query kByInterval{"sales.by_interval", R"(
  SELECT currency, date_trunc($5, created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS interval,
         count(*) AS orders, sum(total)::bigint AS revenue, sum(refunded)::bigint AS refunded
  FROM orders
  WHERE id >= $1 AND id < $2 AND created_at >= $3 AND created_at < $4
    AND status IN ('confirmed', 'fulfilled', 'delivered', 'partially_refunded', 'refunded')
  GROUP BY 1, 2 ORDER BY 1, 2)"};

constexpr Query kBestSellers{"sales.best_sellers", R"(
  SELECT * FROM (
    SELECT o.currency, i.sku, (array_agg(i.name ORDER BY o.id DESC))[1] AS name,
           sum(i.quantity)::bigint AS quantity, sum(i.total)::bigint AS revenue,
           row_number() OVER (PARTITION BY o.currency ORDER BY sum(i.total) DESC, i.sku) AS place
    FROM orders o JOIN order_items i ON i.order_id = o.id
    WHERE o.id >= $1 AND o.id < $2 AND o.created_at >= $3 AND o.created_at < $4
      AND o.status IN ('confirmed', 'fulfilled', 'delivered', 'partially_refunded', 'refunded')
    GROUP BY o.currency, i.sku) AS sold
  WHERE place <= $5 ORDER BY currency, place)"};

constexpr Query kCheckouts{"sales.checkouts", R"(
  SELECT status, count(*) AS checkouts FROM orders
  WHERE id >= $1 AND id < $2 AND created_at >= $3 AND created_at < $4 AND external_id IS NULL
  GROUP BY status)"};

/// Between the making of an id and that of the event lies the pricing of a checkout.
constexpr std::chrono::minutes kRoom{1};

OrderId from_id(const Period& period) { return first_order_id_at(period.begin() - kRoom); }
OrderId to_id(const Period& period) { return first_order_id_at(period.end() + kRoom); }

Currency currency_of(const database::Row& row) {
  return Currency::from(row.get<std::string>("currency"));
}

}  // namespace

Task<std::vector<IntervalSales>> by_interval(database::Database& database, database::Scope scope,
                                             const Period& period, Interval interval) {
  const auto rows = co_await database.query(scope, kByInterval, from_id(period), to_id(period),
                                            period.begin(), period.end(), to_string(interval));
  std::vector<IntervalSales> sales;
  for (const auto& row : rows) {
    sales.push_back({.currency = currency_of(row),
                     .interval = std::chrono::floor<std::chrono::days>(row.get<Time>("interval")),
                     .orders = row.get<std::int64_t>("orders"),
                     .revenue = row.get<std::int64_t>("revenue"),
                     .refunded = row.get<std::int64_t>("refunded")});
  }
  co_return sales;
}

Task<std::vector<ProductSales>> best_sellers(database::Database& database, database::Scope scope,
                                             const Period& period, int top) {
  const auto rows = co_await database.query(scope, kBestSellers, from_id(period), to_id(period),
                                            period.begin(), period.end(), top);
  std::vector<ProductSales> sales;
  for (const auto& row : rows) {
    sales.push_back({.currency = currency_of(row),
                     .sku = row.get<std::string>("sku"),
                     .name = row.get<std::string>("name"),
                     .quantity = row.get<std::int64_t>("quantity"),
                     .revenue = row.get<std::int64_t>("revenue")});
  }
  co_return sales;
}

Task<std::map<Status, std::int64_t>> checkouts(database::Database& database, database::Scope scope,
                                               const Period& period) {
  const auto rows = co_await database.query(scope, kCheckouts, from_id(period), to_id(period),
                                            period.begin(), period.end());
  std::map<Status, std::int64_t> counts;
  for (const auto& row : rows)
    counts[parse_status(row.get<std::string>("status"))] = row.get<std::int64_t>("checkouts");
  co_return counts;
}

}  // namespace souk::order::sales_repository
