#pragma once

#include <optional>
#include <span>
#include <string>

#include "internal/models/checkout.hpp"
#include "internal/models/refund.hpp"
#include "payment/payment.pb.h"
#include "runtime/channel.hpp"

namespace souk::order {

/// Where an order's payment stands, as far as a checkout cares.
struct PaymentState {
  enum class Outcome { pending, captured, declined };

  Outcome outcome = Outcome::pending;
  std::string id;
  std::string provider;
  std::string decline_code;
  std::optional<PaymentAction> action = {};  ///< pending until the customer does this
};

/// What an order asks of the payments. Owned by the module, on its loop.
class Payments {
 public:
  virtual ~Payments() = default;
  /// Charges the order's total, once per order however often it is asked.
  virtual Task<PaymentState> charge(const rpc::Call& call, const Order& order,
                                    const PaymentInstrument& instrument) = 0;
  /// Throws Error{not_found} where there is no payment.
  virtual Task<PaymentState> get(const rpc::Call& call, OrderId order) = 0;
  /// As get, but the provider is asked first: there is reason to think that something changed.
  virtual Task<PaymentState> look_now(const rpc::Call& call, OrderId order) = 0;
  /// Nobody waits for the customer any more: declined, or captured where he was faster; pending
  /// where the provider does not say.
  virtual Task<PaymentState> abandon(const rpc::Call& call, OrderId order) = 0;
  /// Makes sure that the order's money does not move, or moves back.
  virtual Task<> void_payment(const rpc::Call& call, OrderId order) = 0;
  /// Idempotent on the refund's id. True once the money has moved.
  virtual Task<bool> refund(const rpc::Call& call, const Refund& refund) = 0;
  /// Payments of imported orders; those that exist are left as they are.
  virtual Task<> import_payments(const rpc::Call& call, std::span<const Order> orders) = 0;
};

class PaymentClient final : public Payments {
 public:
  explicit PaymentClient(rpc::Channel& channel);
  Task<PaymentState> charge(const rpc::Call& call, const Order& order,
                            const PaymentInstrument& instrument) override;
  Task<PaymentState> get(const rpc::Call& call, OrderId order) override;
  Task<PaymentState> look_now(const rpc::Call& call, OrderId order) override;
  Task<PaymentState> abandon(const rpc::Call& call, OrderId order) override;
  Task<> void_payment(const rpc::Call& call, OrderId order) override;
  Task<bool> refund(const rpc::Call& call, const Refund& refund) override;
  Task<> import_payments(const rpc::Call& call, std::span<const Order> orders) override;

 private:
  rpc::Method<payment::v1::ChargeRequest, payment::v1::Payment> charge_;
  rpc::Method<payment::v1::GetPaymentRequest, payment::v1::Payment> get_;
  rpc::Method<payment::v1::LookNowRequest, payment::v1::Payment> look_now_;
  rpc::Method<payment::v1::AbandonRequest, payment::v1::Payment> abandon_;
  rpc::Method<payment::v1::VoidRequest, payment::v1::Payment> void_;
  rpc::Method<payment::v1::RefundRequest, payment::v1::Refund> refund_;
  rpc::Method<payment::v1::ImportPaymentsRequest, payment::v1::ImportPaymentsReply> import_;
};

}  // namespace souk::order
