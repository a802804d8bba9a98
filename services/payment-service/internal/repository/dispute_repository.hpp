#pragma once

#include <unordered_map>
#include <vector>

#include "database/database.hpp"
#include "internal/models/dispute.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

/// The tables `disputes` and `dispute_movements`, and the books of what was moved. Lives on the
/// module's loop.
class DisputeRepository {
 public:
  DisputeRepository(database::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  /// Keeps the newest state, and books each movement that nobody has told of before: in whatever
  /// order and however often disputes are told, the same stands in the end.
  Task<> keep(database::Transaction& tx, std::string provider, PaymentId payment, Dispute dispute);

  /// By payment, newest first.
  Task<std::unordered_map<PaymentId, std::vector<KnownDispute>>> of_payments(
      database::Scope scope, const std::vector<Payment>& payments);
  /// What is booked of one.
  Task<DisputeCost> cost(database::Scope scope, std::string provider, std::string id);

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace souk::payment
