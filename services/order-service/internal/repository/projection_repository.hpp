#pragma once

#include <map>
#include <optional>
#include <vector>

#include "database/transaction.hpp"
#include "internal/repository/order_rows.hpp"

namespace souk::order {

/// The streams beside the projections that were made of them, page by page. SQL only.
class ProjectionRepository {
 public:
  /// The next `limit` streams after `after`.
  static Task<std::vector<OrderId>> streams(database::Transaction& tx, OrderId after, int limit);

  /// Nobody else changes these orders until the transaction ends.
  static void queue_lock(database::Transaction& tx, const std::vector<OrderId>& ids);

  static Task<std::map<OrderId, std::vector<Event>>> events(database::Transaction& tx,
                                                            const std::vector<OrderId>& ids);

  /// What the projections say; absent where there is none, or one that cannot even be read.
  static Task<std::map<OrderId, Order>> projections(database::Transaction& tx,
                                                    const std::vector<OrderId>& ids);

  static void queue_replace(database::Transaction& tx, const std::vector<Order>& orders);

  /// Projections that no stream speaks of.
  static Task<std::vector<OrderId>> orphans(database::Transaction& tx);
  static void queue_remove(database::Transaction& tx, const std::vector<OrderId>& ids);
};

}  // namespace souk::order
