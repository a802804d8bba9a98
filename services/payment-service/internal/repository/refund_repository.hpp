#pragma once

#include <optional>
#include <string>
#include <unordered_map>
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
  /// `reference`: the provider's, where it has made one.
  Task<bool> finish(database::Transaction& tx, const Refund& refund, RefundStatus status,
                    std::string reference);
  /// Takes back one that had succeeded, on the payment and in the books; false if it had not.
  Task<bool> come_back(database::Transaction& tx, const Refund& refund);

  /// By payment, newest first.
  Task<std::unordered_map<PaymentId, std::vector<Refund>>> of_payments(
      database::Scope scope, const std::vector<Payment>& payments);

  /// As PaymentRepository::take_due: pending ones, and succeeded ones that may have come back.
  Task<std::vector<Refund>> take_due(database::Scope scope, Time due_at, Time until, RefundId after,
                                     int limit);
  /// When one is looked after again, unless it has changed meanwhile; empty (of one that succeeded):
  /// never.
  Task<> postpone(const Refund& refund, std::optional<Time> next_check_at,
                  std::chrono::steady_clock::time_point deadline);

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace souk::payment
