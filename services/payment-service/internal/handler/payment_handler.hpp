#pragma once

#include "internal/service/charge_payment.hpp"
#include "internal/service/receive_webhook.hpp"
#include "internal/service/reconciliation_runs.hpp"
#include "internal/service/void_payment.hpp"
#include "payment/payment.pb.h"
#include "runtime/rpc_service.hpp"

namespace souk::payment {

/// What the handler stands on; all owned by the module.
struct UseCases {
  ChargePayment& charge;
  VoidPayment& void_payment;
  RefundPayment& refund;
  Reconciliation& reconciliation;
  ReconciliationRuns& reconciliation_runs;
  Recovery& recovery;
  ReceiveWebhook& receive_webhook;
  PaymentRepository& payments;
  const Providers& providers;
  Currency currency;  ///< the shop's
};

/// souk.payment.v1.PaymentService: proto in, proto out. Owned by the module, lives on its loop.
class PaymentHandler {
 public:
  PaymentHandler(boost::asio::any_io_executor loop, rpc::Wire wire, Log& log, UseCases use_cases);

  rpc::Service& service() { return service_; }

 private:
  Task<v1::Payment> charge(rpc::Call& call, const v1::ChargeRequest& request);
  Task<v1::Payment> get_payment(rpc::Call& call, const v1::GetPaymentRequest& request);
  Task<v1::Payment> void_payment(rpc::Call& call, const v1::VoidRequest& request);
  Task<v1::Payment> abandon(rpc::Call& call, const v1::AbandonRequest& request);
  Task<v1::Payment> look_now(rpc::Call& call, const v1::LookNowRequest& request);
  Task<v1::Refund> refund_payment(rpc::Call& call, const v1::RefundRequest& request);
  Task<common::v1::Nothing> receive_webhook(rpc::Call& call,
                                            const v1::ReceiveWebhookRequest& request);
  Task<v1::ListPaymentMethodsReply> list_payment_methods(
      rpc::Call& call, const v1::ListPaymentMethodsRequest& request);
  Task<v1::Reconciliation> start_reconciliation(rpc::Call& call,
                                                const v1::StartReconciliationRequest& request);
  Task<v1::ListReconciliationsReply> list_reconciliations(
      rpc::Call& call, const v1::ListReconciliationsRequest& request);
  Task<v1::ReconcileReply> reconcile(rpc::Call& call, const v1::ReconcileRequest& request);
  Task<v1::ImportPaymentsReply> import_payments(rpc::Call& call,
                                                const v1::ImportPaymentsRequest& request);

  UseCases use_cases_;
  rpc::Service service_;
};

}  // namespace souk::payment
