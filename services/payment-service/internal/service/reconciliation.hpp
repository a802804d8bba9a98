#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "internal/gateway/providers.hpp"
#include "internal/models/differences.hpp"
#include "internal/repository/payment_repository.hpp"
#include "internal/service/dispute_books.hpp"
#include "internal/service/fee_books.hpp"
#include "internal/service/recovery.hpp"

namespace souk::payment {

/// Compares each provider's ledger with the payments, both ways, for every tenant, and books the
/// fees and the disputes that it tells of. It runs beside live traffic: a difference counts only if it is still there when both sides are asked again.
/// Owned by the module, lives on its loop.
class Reconciliation {
 public:
  struct Report {
    std::int64_t charges_compared = 0;
    std::vector<Difference> differences;
    std::int64_t resolved = 0;  ///< payments and refunds that were pending and are not any more
  };

  Reconciliation(const Providers& providers, PaymentRepository& payments, Recovery& recovery,
                 FeeBooks& fees, DisputeBooks& disputes, const Clock& clock)
      : providers_(providers),
        payments_(payments),
        recovery_(recovery),
        fees_(fees),
        disputes_(disputes),
        clock_(clock) {}

  /// Throws Error{unavailable} if the provider's ledger cannot be read to its end.
  Task<Report> run(Deadline deadline);

  /// The process stops: what runs ends with Error{unavailable} after the request in hand, and so does
  /// what is begun later.
  void break_off() { broken_off_ = true; }

 private:
  using Seen = std::unordered_set<PaymentId>;

  /// Gives back how far the ledger goes back; the beginning of time where that is everything.
  Task<Time> compare_ledger(PaymentProvider& provider, Report& report, Seen& seen,
                            Deadline deadline);
  Task<> compare_page(PaymentProvider& provider, const std::vector<ProviderCharge>& charges,
                      Report& report, Deadline deadline);
  Task<> find_missing_there(PaymentProvider& provider, Report& report, const Seen& seen, Time since,
                            Time began, Deadline deadline);
  Task<std::optional<Difference>> look_again(PaymentProvider& provider, const Payment& payment,
                                             Deadline deadline);
  Task<std::optional<Difference>> compare_now(PaymentProvider& provider, const Payment& payment,
                                              Deadline deadline);

  void check_broken_off() const;

  const Providers& providers_;
  PaymentRepository& payments_;
  Recovery& recovery_;
  FeeBooks& fees_;
  DisputeBooks& disputes_;
  const Clock& clock_;
  bool broken_off_ = false;
};

/// The first difference between a charge and its payment, either of which may be absent.
std::optional<Difference> compare(const ProviderCharge* charge, const Payment* payment);

}  // namespace souk::payment
