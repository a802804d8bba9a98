#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

/// What the constraints of this service's tables mean to a client; for DatabaseOptions.
std::vector<database::ConstraintRule> payment_constraints();

/// Payments that were paid elsewhere.
struct ImportedPayment {
  PaymentId id;
  OrderId order_id;
  UserId user_id;
  Money amount;
  std::int64_t refunded_minor = 0;
  Time paid_at;
};

/// The table `payments`, but for the two writes of every charge (PaymentWriter). Lives on the
/// module's loop.
class PaymentRepository {
 public:
  PaymentRepository(database::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  Task<std::optional<Payment>> of_order(database::Scope scope, OrderId order_id);
  Task<std::optional<Payment>> lock_of_order(database::Transaction& tx, OrderId order_id);

  /// By id, of whatever tenants the scope sees.
  Task<std::vector<Payment>> by_ids(database::Scope scope, std::vector<PaymentId> ids);
  /// Oldest first, above `after`: the paid ones of a provider.
  Task<std::vector<Payment>> paid_page(database::Scope scope, std::string provider, PaymentId after,
                                       int limit);

  /// Takes on pending payments that are due at `due_at`, in the order of their ids, above `after`;
  /// nobody else looks after them before `until`.
  Task<std::vector<Payment>> take_due(database::Scope scope, Time due_at, Time until,
                                      PaymentId after, int limit);
  /// Goes on with one that was taken on, until `until`; false if it was settled or somebody else
  /// has taken it.
  Task<bool> keep(const Payment& payment, Time until,
                  std::chrono::steady_clock::time_point deadline);
  /// Gives one that was taken on back, with what its customer has to do, if anything: it is looked
  /// after again at `next_check_at`.
  Task<> release(const Payment& payment, Time next_check_at,
                 std::chrono::steady_clock::time_point deadline);

  /// Puts on record what the provider calls a pending payment, whoever works on it; gives back what
  /// stands there now, which may be what somebody else was first with. Empty: not pending any more.
  Task<std::optional<std::string>> record_reference(const Payment& payment, std::string reference,
                                                    std::chrono::steady_clock::time_point deadline);
  /// Gives a payment that was taken on, and that its provider has heard nothing of, to another one;
  /// nobody else looks after it before `until`. False: it was settled, prepared or taken on meanwhile.
  Task<bool> hand_over(const Payment& payment, std::string provider, Time until,
                       std::chrono::steady_clock::time_point deadline);
  /// The payment that a provider calls so.
  Task<std::optional<Payment>> of_reference(database::Scope scope, std::string provider,
                                            std::string reference);

  /// Turns a pending payment into what it became; empty if it was not pending any more, or was taken
  /// on by somebody else where that matters.
  Task<std::optional<Payment>> settle(database::Transaction& tx, PaymentId id, Outcome outcome);

  Task<std::size_t> import(database::Scope scope, const std::vector<ImportedPayment>& payments);

 private:
  database::Database& database_;
  const Clock& clock_;
};

}  // namespace souk::payment
