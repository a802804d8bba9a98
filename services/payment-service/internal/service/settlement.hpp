#pragma once

#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "internal/gateway/provider.hpp"
#include "internal/models/payment.hpp"
#include "internal/repository/payment_repository.hpp"
#include "internal/service/policy.hpp"
#include "middleware/metrics.hpp"

namespace souk::payment {

/// Finds out what becomes of a pending payment, and sees to it that something does. The rule: an
/// outcome is what the provider says, never what a time-out suggests. The same key may be charged
/// any number of times and is one charge; a payment is given up only after its key has been ended
/// at the provider, or if nothing was ever sent.
/// Owned by the module, lives on its loop.
class Settlement {
 public:
  Settlement(boost::asio::any_io_executor loop, PaymentProvider& provider,
             PaymentRepository& payments, const Clock& clock, Metrics& metrics,
             const PaymentPolicy& policy)
      : loop_(std::move(loop)),
        provider_(provider),
        payments_(payments),
        clock_(clock),
        metrics_(metrics),
        policy_(policy) {}

  enum class Past {
    none,     ///< its intent was committed just now, by us: nobody has sent anything
    unknown,  ///< somebody may have charged it
  };

  /// Carries on with a payment that the caller has taken on (its attempts count), at most until
  /// `until`. Empty: still not known, or somebody else has taken it on meanwhile.
  Task<std::optional<Outcome>> resolve(Payment& payment, Past past, Deadline until);

  /// Makes sure that no money moves any more; the outcome shows whether some already had. Empty:
  /// the provider cannot be reached.
  Task<std::optional<Outcome>> end(const Payment& payment, Deadline until);

 private:
  Task<std::optional<Outcome>> pursue(Payment& payment, bool may_be_there, Deadline until);
  void count(const std::optional<Outcome>& outcome);
  Task<std::optional<Outcome>> attempt(const Payment& payment, bool& may_be_there, Deadline until);
  Task<Answer<std::optional<Outcome>>> ask(const Payment& payment, Deadline until);
  Task<std::optional<Outcome>> outcome_of(ProviderCharge charge, Deadline until);
  Task<bool> keep(Payment& payment);
  Task<> pause(int turn);

  boost::asio::any_io_executor loop_;
  PaymentProvider& provider_;
  PaymentRepository& payments_;
  const Clock& clock_;
  Metrics& metrics_;
  const PaymentPolicy& policy_;
};

}  // namespace souk::payment
