#pragma once

#include <string>

#include "core/uuid.hpp"
#include "internal/gateway/stripe_client.hpp"
#include "internal/gateway/stripe_intent.hpp"

namespace souk::payment {

struct StripeSettings {
  std::string url = "https://api.stripe.com";
  std::string api_key;
  std::string webhook_secret;   ///< empty: no webhook is believed
  std::string publishable_key;  ///< of the shop's page; empty: it collects no cards
  bool manual_capture = false;  ///< hold first, take in a second step
  std::chrono::milliseconds timeout{3000};
};

/// Takes cards through Stripe's PaymentIntents. An intent is made unconfirmed, which moves nothing;
/// confirming it charges. One that was declined is cancelled at once: whoever has its client secret
/// could pay it still, for an order that was given up. Owned by the module, lives on its loop.
class StripeProvider final : public PaymentProvider {
 public:
  StripeProvider(boost::asio::io_context& loop, StripeSettings settings, IdGenerator& ids,
                 Log& log);

  std::string_view name() const override { return "stripe"; }
  std::string publishable_key() const override { return settings_.publishable_key; }
  Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline deadline) override;
  Task<Answer<ProviderCharge>> charge(ProviderRef payment, ChargeOrder order,
                                      Deadline deadline) override;
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderCharge>> cancel(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderCharge>> capture(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderRefund>> refund(RefundOrder order, Deadline deadline) override;
  Task<Answer<Verdict>> look_at_refund(RefundOrder order, Deadline deadline) override;
  Task<Answer<LedgerPage>> ledger(std::string after, Deadline deadline) override;
  Task<Answer<std::vector<Dispute>>> disputes(Deadline deadline) override;
  Task<WebhookReading> read_webhook(WebhookRequest request, Deadline deadline) override;

 private:
  Task<Answer<StripeReply>> act(const ProviderRef& payment, std::string_view what, StripeForm form,
                                std::string key, Deadline deadline);
  Task<Answer<ProviderCharge>> conclude(ProviderRef payment, StripeIntent intent,
                                        Deadline deadline);
  Task<Answer<ProviderCharge>> refuse(ProviderRef payment, Deadline deadline);
  Task<Answer<std::optional<ProviderRefund>>> refund_made(const RefundOrder& order,
                                                          Deadline deadline);
  std::string fresh_key() { return ids_.next().str(); }

  StripeSettings settings_;
  StripeClient client_;
  IdGenerator& ids_;
  Log& log_;
};

}  // namespace souk::payment
