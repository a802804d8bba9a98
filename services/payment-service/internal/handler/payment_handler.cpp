#include "internal/handler/payment_handler.hpp"

#include "internal/handler/convert.hpp"
#include "internal/service/reconciliation_proto.hpp"
#include "runtime/proto_values.hpp"

namespace souk::payment {

PaymentHandler::PaymentHandler(boost::asio::any_io_executor loop, rpc::Wire wire, Log& log,
                               UseCases use_cases)
    : use_cases_(use_cases),
      service_("souk.payment.v1.PaymentService", std::move(loop), wire, log) {
  service_.bind("Charge", this, &PaymentHandler::charge);
  service_.bind("GetPayment", this, &PaymentHandler::get_payment);
  service_.bind("Void", this, &PaymentHandler::void_payment);
  service_.bind("Abandon", this, &PaymentHandler::abandon);
  service_.bind("LookNow", this, &PaymentHandler::look_now);
  service_.bind("RefundPayment", this, &PaymentHandler::refund_payment);
  service_.bind("ReceiveWebhook", this, &PaymentHandler::receive_webhook);
  service_.bind("ListPaymentMethods", this, &PaymentHandler::list_payment_methods);
  service_.bind("StartReconciliation", this, &PaymentHandler::start_reconciliation);
  service_.bind("ListReconciliations", this, &PaymentHandler::list_reconciliations);
  service_.bind("Reconcile", this, &PaymentHandler::reconcile);
  service_.bind("ImportPayments", this, &PaymentHandler::import_payments);
}

Task<v1::Payment> PaymentHandler::charge(rpc::Call& call, const v1::ChargeRequest& request) {
  const ChargeCommand command{.order_id = OrderId::from(request.order_id()),
                              .user_id = UserId::from(request.user_id()),
                              .amount = rpc::from_proto(request.amount()),
                              .token = request.token(),
                              .method = request.method()};
  co_return to_proto(co_await use_cases_.charge(call, command));
}

Task<v1::Payment> PaymentHandler::get_payment(rpc::Call& call,
                                              const v1::GetPaymentRequest& request) {
  const auto payment =
      co_await use_cases_.payments.of_order(call.scope(), OrderId::from(request.order_id()));
  if (!payment) throw not_found("payment");
  co_return to_proto(*payment);
}

Task<v1::Payment> PaymentHandler::void_payment(rpc::Call& call, const v1::VoidRequest& request) {
  co_return to_proto(co_await use_cases_.void_payment(call, OrderId::from(request.order_id())));
}

Task<v1::Payment> PaymentHandler::abandon(rpc::Call& call, const v1::AbandonRequest& request) {
  co_return to_proto(
      co_await use_cases_.void_payment.abandon(call, OrderId::from(request.order_id())));
}

Task<v1::Payment> PaymentHandler::look_now(rpc::Call& call, const v1::LookNowRequest& request) {
  co_return to_proto(co_await use_cases_.recovery.look_now(call.identity.tenant,
                                                           OrderId::from(request.order_id())));
}

Task<v1::Refund> PaymentHandler::refund_payment(rpc::Call& call, const v1::RefundRequest& request) {
  const RefundCommand command{.refund_id = RefundId::from(request.refund_id()),
                              .order_id = OrderId::from(request.order_id()),
                              .amount = rpc::from_proto(request.amount()),
                              .reason = request.reason()};
  co_return to_proto(co_await use_cases_.refund(call, command));
}

Task<common::v1::Nothing> PaymentHandler::receive_webhook(
    rpc::Call& call, const v1::ReceiveWebhookRequest& request) {
  WebhookCommand command{.provider = request.provider(), .headers = {}, .body = request.body()};
  for (const auto& [name, value] : request.headers()) command.headers.emplace(name, value);
  co_await use_cases_.receive_webhook(call, std::move(command));
  co_return common::v1::Nothing{};
}

Task<v1::ListPaymentMethodsReply> PaymentHandler::list_payment_methods(
    rpc::Call&, const v1::ListPaymentMethodsRequest& request) {
  const auto currency =
      request.currency().empty() ? use_cases_.currency : Currency::from(request.currency());
  v1::ListPaymentMethodsReply reply;
  for (const auto& [method, provider] : use_cases_.providers.offers(currency)) {
    auto& item = *reply.add_items();
    item.set_method(std::string{method});
    item.set_provider(std::string{provider->name()});
    item.set_publishable_key(provider->publishable_key());
  }
  co_return reply;
}

Task<v1::Reconciliation> PaymentHandler::start_reconciliation(
    rpc::Call& call, const v1::StartReconciliationRequest& request) {
  return use_cases_.reconciliation_runs.begin(call, request);
}

Task<v1::ListReconciliationsReply> PaymentHandler::list_reconciliations(
    rpc::Call& call, const v1::ListReconciliationsRequest& request) {
  return use_cases_.reconciliation_runs.list(call, request);
}

Task<v1::ReconcileReply> PaymentHandler::reconcile(rpc::Call& call, const v1::ReconcileRequest&) {
  const auto report = co_await use_cases_.reconciliation.run(call.deadline);
  v1::ReconcileReply reply;
  reply.set_charges_compared(report.charges_compared);
  reply.set_resolved(report.resolved);
  for (const auto& difference : report.differences) *reply.add_differences() = to_proto(difference);
  co_return reply;
}

Task<v1::ImportPaymentsReply> PaymentHandler::import_payments(
    rpc::Call& call, const v1::ImportPaymentsRequest& request) {
  std::vector<ImportedPayment> payments;
  for (const auto& payment : request.payments()) payments.push_back(from_proto(payment));
  v1::ImportPaymentsReply reply;
  reply.set_created(
      static_cast<std::int32_t>(co_await use_cases_.payments.import(call.scope(), payments)));
  co_return reply;
}

}  // namespace souk::payment
