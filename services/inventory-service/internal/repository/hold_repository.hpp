#pragma once

#include <set>

#include "database/database.hpp"
#include "internal/models/hold.hpp"

namespace souk::inventory {

/// The table holds. Stateless; everything runs in the caller's transaction.
class HoldRepository {
 public:
  /// Locks what is there of the orders' holds, in their order, until the transaction ends.
  Task<HoldByOrder> lock(database::Transaction& tx, const std::set<OrderId>& orders) const;

  /// Queues. Where another replica has inserted one of them meanwhile, the transaction fails with
  /// SQLSTATE 23505 (unique_violation); run again, it finds that one.
  void insert(database::Transaction& tx, const HoldByOrder& holds) const;

  /// Queues the new states of locked holds.
  void save(database::Transaction& tx, const HoldByOrder& changed) const;
};

}  // namespace souk::inventory
