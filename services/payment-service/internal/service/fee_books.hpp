#pragma once

#include <unordered_map>
#include <vector>

#include "internal/gateway/provider.hpp"
#include "internal/models/differences.hpp"
#include "internal/repository/ledger_repository.hpp"
#include "internal/repository/payment_repository.hpp"

namespace souk::payment {

/// Writes down what the provider keeps of each charge, as its ledger tells it: what it keeps beyond
/// what is booked becomes a fee entry. Owned by the module, lives on its loop.
class FeeBooks {
 public:
  FeeBooks(IdGenerator& ids, const Clock& clock, database::Database& database,
           PaymentRepository& payments, LedgerRepository& ledger)
      : ids_(ids), clock_(clock), database_(database), payments_(payments), ledger_(ledger) {}

  /// Of the charges whose payment is there: books what is new. Gives back where the provider says
  /// that it keeps less than is booked, which only people can explain.
  Task<std::vector<Difference>> book(const std::vector<ProviderCharge>& charges,
                                     const std::unordered_map<PaymentId, Payment>& payments,
                                     Deadline deadline);

 private:
  Task<std::int64_t> book_one(const Payment& payment, std::int64_t told_minor, Deadline deadline);

  IdGenerator& ids_;
  const Clock& clock_;
  database::Database& database_;
  PaymentRepository& payments_;
  LedgerRepository& ledger_;
};

}  // namespace souk::payment
