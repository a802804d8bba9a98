#pragma once

#include <memory>

#include "core/clock.hpp"
#include "internal/gateway/paypal_client.hpp"
#include "internal/gateway/paypal_order.hpp"
#include "internal/gateway/paypal_webhook.hpp"

namespace souk::payment {

/// Takes payments through PayPal's Orders API, v2. prepare() makes an order, which moves nothing; the
/// customer approves it at PayPal; charge() captures it. Whatever is asked of PayPal twice carries the
/// same PayPal-Request-Id.
///
/// An order is ended (cancel) by changing its intent: PayPal lets nobody capture an order that is there
/// to be authorized, so that a capture which is still on its way comes too late. Nothing of ours
/// authorizes, so an order with that intent is one that was ended.
///
/// Owned by the module, lives on its loop.
class PaypalProvider final : public PaymentProvider {
 public:
  PaypalProvider(boost::asio::io_context& loop, paypal::Account account,
                 paypal::CertificateSource certificates, std::chrono::milliseconds timeout,
                 const Clock& clock, Log& log);

  std::string_view name() const override { return "paypal"; }
  bool takes(std::string_view method) const override { return method == "paypal"; }
  Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline deadline) override;
  Task<Answer<ProviderCharge>> charge(ProviderRef payment, ChargeOrder order,
                                      Deadline deadline) override;
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderCharge>> cancel(ProviderRef payment, Deadline deadline) override;
  /// Of authorizations, which this provider never makes.
  Task<Answer<ProviderCharge>> capture(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderRefund>> refund(RefundOrder order, Deadline deadline) override;
  Task<Answer<Verdict>> look_at_refund(RefundOrder order, Deadline deadline) override;
  /// One page: what PayPal's reports show of the last year, with its refunds and fees. They lag by up
  /// to three hours.
  Task<Answer<LedgerPage>> ledger(std::string after, Deadline deadline) override;
  Task<Answer<std::vector<Dispute>>> disputes(Deadline deadline) override;
  Task<WebhookReading> read_webhook(WebhookRequest request, Deadline deadline) override;

 private:
  using Found = Answer<std::optional<paypal::Order>>;

  Task<Found> get_order(std::string id, Deadline deadline);
  Task<Found> get_by_capture(std::string id, Deadline deadline);
  Task<Found> look(ProviderRef payment, Deadline deadline);
  Task<Answer<ProviderCharge>> capture_order(ProviderRef payment, Deadline deadline);
  Task<Answer<ProviderCharge>> after_decline(ProviderRef payment, std::string code,
                                             Deadline deadline);
  Task<Answer<bool>> end(std::string order_id, Deadline deadline);
  ProviderCharge nothing(const ProviderRef& payment, ChargeState state,
                         std::string_view code) const;
  bool has_expired(const ProviderRef& payment) const;
  Doubt unexpected(const http::ClientResponse& response, std::string_view what);

  const Clock& clock_;
  Log& log_;
  paypal::Client client_;
  paypal::WebhookReader webhooks_;
};

}  // namespace souk::payment
