#pragma once

#include <chrono>
#include <functional>

#include <boost/json/fwd.hpp>

#include "http/client.hpp"
#include "internal/gateway/provider.hpp"
#include "middleware/log.hpp"

namespace souk::payment {

/// Speaks to the sandbox payment provider (apps/sandbox-provider) over HTTP. A reply that makes no
/// sense, and a 5xx, leave the outcome unknown, like no reply at all.
class SandboxProvider final : public PaymentProvider {
 public:
  /// `timeout`: how long one request may take, at most.
  SandboxProvider(boost::asio::io_context& loop, std::string_view base_url,
                  std::chrono::milliseconds timeout, Log& log);

  std::string_view name() const override { return "sandbox"; }
  /// Charges are known by their keys: there is nothing to prepare.
  Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline deadline) override;
  Task<Answer<ProviderCharge>> charge(ProviderRef payment, ChargeOrder order,
                                      Deadline deadline) override;
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderCharge>> cancel(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderCharge>> capture(ProviderRef payment, Deadline deadline) override;
  Task<Answer<ProviderRefund>> refund(RefundOrder order, Deadline deadline) override;
  Task<Answer<LedgerPage>> ledger(std::string after, Deadline deadline) override;

 private:
  Task<Answer<http::ClientResponse>> send(http::ClientRequest request, Deadline deadline);
  Doubt unexpected(const http::ClientResponse& response, std::string_view what);

  http::Client client_;
  std::chrono::milliseconds timeout_;
  Log& log_;
};

}  // namespace souk::payment
