#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "database/database.hpp"
#include "internal/models/refund.hpp"

namespace souk::order {

/// Refunds that were decided, and whether the money has moved. SQL only; on the module's loop.
class RefundRepository {
 public:
  /// Outlives the repository.
  explicit RefundRepository(database::Database& database) : database_(database) {}

  static void queue_insert(database::Transaction& tx, std::span<const Refund> refunds);

  /// Marks a pending one succeeded. False: it was not pending any more.
  static Task<bool> succeed(database::Transaction& tx, RefundId id);
  /// Marks it failed, and says what it was before; empty: that already, or not there.
  static Task<std::optional<RefundStatus>> fail(database::Transaction& tx, RefundId id);

  Task<std::optional<Refund>> find(database::Scope scope, RefundId id);

  /// Up to `limit` pending ones that are due, of every tenant; each is due again after its lease,
  /// which grows with every attempt.
  Task<std::vector<Refund>> take_due(database::Scope scope, std::chrono::milliseconds lease,
                                     int limit);

 private:
  database::Database& database_;
};

}  // namespace souk::order
