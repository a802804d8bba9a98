#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/money.hpp"
#include "database/database.hpp"
#include "internal/models/period.hpp"
#include "internal/models/status.hpp"

/// The SQL of what was sold: sums over the projections. Stateless.
namespace souk::order::sales_repository {

/// Paid orders of one currency that were placed in one interval.
struct IntervalSales {
  Currency currency;
  Day interval;
  std::int64_t orders = 0;
  std::int64_t revenue = 0;  ///< minor units, like what follows
  std::int64_t refunded = 0;
};

/// By currency and interval.
Task<std::vector<IntervalSales>> by_interval(database::Database& database, database::Scope scope,
                                             const Period& period, Interval interval);

struct ProductSales {
  Currency currency;
  std::string sku;
  std::string name;
  std::int64_t quantity = 0;
  std::int64_t revenue = 0;
};

/// The `top` that sold best in each currency, best first.
Task<std::vector<ProductSales>> best_sellers(database::Database& database, database::Scope scope,
                                             const Period& period, int top);

/// How many checkouts began in the period, by what became of them; imported orders had none.
Task<std::map<Status, std::int64_t>> checkouts(database::Database& database, database::Scope scope,
                                               const Period& period);

}  // namespace souk::order::sales_repository
