#pragma once

#include "internal/repository/payment_repository.hpp"
#include "internal/repository/payment_writer.hpp"
#include "internal/service/refund_payment.hpp"
#include "internal/service/settlement.hpp"

namespace souk::payment {

/// Makes sure that an order's money does not move, or moves back in full. An order without a
/// payment gets one that is voided, so that a charge which is still on its way finds that it came
/// too late. Owned by the module, lives on its loop.
class VoidPayment {
 public:
  VoidPayment(IdGenerator& ids, const Clock& clock, PaymentRepository& payments,
              PaymentWriter& writer, Settlement& settlement, RefundPayment& refund,
              const PaymentPolicy& policy)
      : ids_(ids),
        clock_(clock),
        payments_(payments),
        writer_(writer),
        settlement_(settlement),
        refund_(refund),
        policy_(policy) {}

  /// The payment: voided, declined or refunded. Throws Error{unavailable} while the provider cannot
  /// be brought to say so; safe to repeat.
  Task<Payment> operator()(const rpc::Call& call, OrderId order_id);

  /// Nobody waits for the customer any more: ends a payment that is not paid as declined
  /// (`abandoned`), and leaves one that is paid as it is. Pending still where the provider does not
  /// say which; safe to repeat. Throws Error{not_found}.
  Task<Payment> abandon(const rpc::Call& call, OrderId order_id);

 private:
  Task<Payment> existing(const rpc::Call& call, OrderId order_id);
  Task<Payment> stop(const rpc::Call& call, Payment pending);
  Task<Payment> give_back(const rpc::Call& call, OrderId order_id);

  IdGenerator& ids_;
  const Clock& clock_;
  PaymentRepository& payments_;
  PaymentWriter& writer_;
  Settlement& settlement_;
  RefundPayment& refund_;
  const PaymentPolicy& policy_;
};

}  // namespace souk::payment
