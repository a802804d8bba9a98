#pragma once

#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

/// The table `refunds`, with the sums that it keeps on `payments`. Callers lock the payment first
/// (PaymentRepository::lock_of_order). Lives on the module's loop.
class RefundRepository {
 public:
  RefundRepository(database::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  Task<std::optional<Refund>> find(database::Transaction& tx, RefundId id);
  /// Records the refund and sets its amount aside on the payment.
  void begin(database::Transaction& tx, const Refund& refund, Time next_check_at);
  /// Books the end of a pending one on the payment; false if it was not pending any more.
  Task<bool> finish(database::Transaction& tx, const Refund& refund, RefundStatus status);

  /// As PaymentRepository::take_due.
  Task<std::vector<Refund>> take_due(database::Scope scope, Time due_at, Time until, RefundId after,
                                     int limit);
  /// When a pending one is looked after again.
  Task<> postpone(const Refund& refund, Time next_check_at,
                  std::chrono::steady_clock::time_point deadline);

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace souk::payment
