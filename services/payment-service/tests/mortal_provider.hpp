#pragma once

#include <exception>

#include "internal/gateway/provider.hpp"

namespace souk::payment {

/// Stands for kill -9: what was committed stays, what was in hand is gone.
struct Killed : std::exception {
  const char* what() const noexcept override { return "killed"; }
};

/// The provider, and the moments at which the process that talks to it may die.
class MortalProvider final : public PaymentProvider {
 public:
  explicit MortalProvider(PaymentProvider& inner) : inner_(inner) {}

  enum class Death { none, before, after };

  void die(Death death) { death_ = death; }

  std::string_view name() const override { return inner_.name(); }
  Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline deadline) override {
    return inner_.prepare(std::move(order), deadline);
  }
  Task<Answer<ProviderCharge>> charge(ProviderRef payment, ChargeOrder order,
                                      Deadline deadline) override {
    if (death_ == Death::before) throw Killed{};
    auto answer = co_await inner_.charge(std::move(payment), std::move(order), deadline);
    if (death_ == Death::after) throw Killed{};
    co_return answer;
  }
  Task<Answer<ProviderRefund>> refund(RefundOrder order, Deadline deadline) override {
    if (death_ == Death::before) throw Killed{};
    auto answer = co_await inner_.refund(std::move(order), deadline);
    if (death_ == Death::after) throw Killed{};
    co_return answer;
  }
  Task<Answer<Verdict>> look_at_refund(RefundOrder order, Deadline deadline) override {
    return inner_.look_at_refund(std::move(order), deadline);
  }
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef payment,
                                                   Deadline deadline) override {
    return inner_.find(std::move(payment), deadline);
  }
  Task<Answer<ProviderCharge>> cancel(ProviderRef payment, Deadline deadline) override {
    return inner_.cancel(std::move(payment), deadline);
  }
  Task<Answer<ProviderCharge>> capture(ProviderRef payment, Deadline deadline) override {
    return inner_.capture(std::move(payment), deadline);
  }
  Task<Answer<LedgerPage>> ledger(std::string after, Deadline deadline) override {
    return inner_.ledger(std::move(after), deadline);
  }
  Task<Answer<std::vector<Dispute>>> disputes(Deadline deadline) override {
    return inner_.disputes(deadline);
  }
  Task<WebhookReading> read_webhook(WebhookRequest request, Deadline deadline) override {
    return inner_.read_webhook(std::move(request), deadline);
  }

 private:
  PaymentProvider& inner_;
  Death death_ = Death::none;
};

}  // namespace souk::payment
