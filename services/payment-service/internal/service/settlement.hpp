#pragma once

#include <expected>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "internal/gateway/providers.hpp"
#include "internal/models/payment.hpp"
#include "internal/repository/payment_repository.hpp"
#include "internal/service/policy.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"

namespace souk::payment {

/// Why a payment has no outcome yet.
enum class Open {
  unknown,  ///< nobody could say, or somebody else has taken it on
  waiting,  ///< its customer has to act (Payment::action says how), or the provider works on it
};

using Resolved = std::expected<Outcome, Open>;

/// Finds out what becomes of a pending payment, and sees to it that something does. The rule: an
/// outcome is what the provider says, never what a time-out suggests. What the provider calls a
/// payment is on record before it is charged; the same payment may be charged any number of times
/// and is one charge; it is given up only after it has been ended at the provider, or if nothing was
/// ever sent. Only the money that was asked for, in its currency, is a payment: any other goes back
/// before the payment is declined.
/// Owned by the module, lives on its loop.
class Settlement {
 public:
  Settlement(boost::asio::any_io_executor loop, const Providers& providers,
             PaymentRepository& payments, const Clock& clock, Log& log, Metrics& metrics,
             const PaymentPolicy& policy)
      : loop_(std::move(loop)),
        providers_(providers),
        payments_(payments),
        clock_(clock),
        log_(log),
        metrics_(metrics),
        policy_(policy) {}

  enum class Past {
    none,     ///< its intent was committed just now, by us: nobody has sent anything
    unknown,  ///< somebody may have charged it
  };

  /// Carries on with a payment that the caller has taken on (its attempts count), at most until
  /// `until`; sets its action, or clears it. Throws Error{unavailable} where the shop has no such
  /// provider.
  Task<Resolved> resolve(Payment& payment, Past past, Deadline until);

  /// Makes sure that no money moves any more; the outcome shows whether some already had.
  /// Unknown: the provider cannot be reached.
  Task<Resolved> end(Payment& payment, Deadline until);

 private:
  /// What one look at the provider told; empty: nothing.
  using Told = std::optional<Resolved>;

  Task<Resolved> pursue(Payment& payment, bool may_be_there, Deadline until);
  void count(const Resolved& resolved);
  Task<Told> attempt(Payment& payment, bool& may_be_there, Deadline until);
  Task<std::expected<void, Told>> prepare(Payment& payment, Deadline until);
  Task<Answer<Told>> ask(Payment& payment, Deadline until);
  Task<Told> outcome_of(Payment& payment, ProviderCharge charge, Deadline until);
  Task<Told> captured(const Payment& payment, const ProviderCharge& charge, Deadline until);
  Task<Told> give_back(const Payment& payment, const ProviderCharge& charge, Deadline until);
  void alert(const Payment& payment, const ProviderCharge& charge, std::string_view result);
  ChargeOrder order_of(const Payment& payment) const;
  Task<bool> keep(Payment& payment);
  Task<> pause(int turn);

  boost::asio::any_io_executor loop_;
  const Providers& providers_;
  PaymentRepository& payments_;
  const Clock& clock_;
  Log& log_;
  Metrics& metrics_;
  const PaymentPolicy& policy_;
};

}  // namespace souk::payment
