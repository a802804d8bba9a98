#include "internal/repository/work_repository.hpp"

namespace souk::order {
namespace {

// Along the index of open checkouts and that of carts by age.
constexpr database::Query kWork{"work.under_way", R"(
  SELECT count(*) FILTER (WHERE NOT waits) AS running, count(*) FILTER (WHERE waits) AS waiting,
         (min(order_id::text) FILTER (WHERE NOT waits))::uuid AS oldest_running,
         (SELECT count(*) FROM carts WHERE updated_at >= $1) AS carts
  FROM (SELECT order_id, coalesce(act_before > now(), false) AS waits
        FROM checkouts WHERE step <> 'done') AS open)"};

}  // namespace

Task<WorkUnderWay> work_under_way(database::Database& database, database::Scope scope,
                                  Time carts_since) {
  const auto row = co_await database.query_one(scope, kWork, carts_since);
  co_return WorkUnderWay{.running = row.get<std::int64_t>("running"),
                         .waiting = row.get<std::int64_t>("waiting"),
                         .oldest_running = row.get<std::optional<OrderId>>("oldest_running"),
                         .carts = row.get<std::int64_t>("carts")};
}

}  // namespace souk::order
