#pragma once

#include "database/database.hpp"
#include "internal/models/order.hpp"

/// What is under way, counted for those who look on. On the module's loop.
namespace souk::order {

struct WorkUnderWay {
  std::int64_t running = 0;  ///< checkouts that we work on
  std::int64_t waiting = 0;  ///< checkouts whose customers have something to do, and time left
  std::optional<OrderId> oldest_running;  ///< its id says when it began
  std::int64_t carts = 0;                 ///< touched lately
};

Task<WorkUnderWay> work_under_way(database::Database& database, database::Scope scope,
                                  Time carts_since);

}  // namespace souk::order
