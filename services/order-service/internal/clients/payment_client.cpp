#include "internal/clients/payment_client.hpp"

#include "runtime/proto_values.hpp"

namespace souk::order {
namespace {

constexpr char kPaymentService[] = "souk.payment.v1.PaymentService";

PaymentState::Outcome outcome_of(payment::v1::PaymentStatus status) {
  using Outcome = PaymentState::Outcome;
  switch (status) {
    case payment::v1::PAYMENT_STATUS_CAPTURED:
    case payment::v1::PAYMENT_STATUS_PARTIALLY_REFUNDED: return Outcome::captured;
    // Voided, or charged and given back in full: either way this order was not paid.
    case payment::v1::PAYMENT_STATUS_DECLINED:
    case payment::v1::PAYMENT_STATUS_VOIDED:
    case payment::v1::PAYMENT_STATUS_REFUNDED: return Outcome::declined;
    default: return Outcome::pending;
  }
}

PaymentState to_state(const payment::v1::Payment& payment) {
  PaymentState state{.outcome = outcome_of(payment.status()),
                     .id = payment.id(),
                     .provider = payment.provider(),
                     .decline_code = payment.decline_code()};
  if (state.outcome == PaymentState::Outcome::declined && state.decline_code.empty()) {
    state.decline_code = "voided";
  }
  if (payment.status() == payment::v1::PAYMENT_STATUS_REQUIRES_ACTION) {
    const auto& action = payment.next_action();
    state.action = {action.type(), action.redirect_url(), action.client_secret()};
  }
  return state;
}

}  // namespace

PaymentClient::PaymentClient(rpc::Channel& channel)
    : charge_(channel, "order-service", kPaymentService, "Charge"),
      get_(channel, "order-service", kPaymentService, "GetPayment"),
      look_now_(channel, "order-service", kPaymentService, "LookNow"),
      abandon_(channel, "order-service", kPaymentService, "Abandon"),
      void_(channel, "order-service", kPaymentService, "Void"),
      refund_(channel, "order-service", kPaymentService, "RefundPayment"),
      import_(channel, "order-service", kPaymentService, "ImportPayments") {}

Task<PaymentState> PaymentClient::charge(const rpc::Call& call, const Order& order,
                                         const PaymentInstrument& instrument) {
  payment::v1::ChargeRequest request;
  request.set_order_id(order.id.str());
  request.set_user_id(order.user.str());
  *request.mutable_amount() = rpc::to_proto(order.totals.total);
  request.set_method(instrument.method);
  request.set_token(instrument.token);
  co_return to_state(co_await charge_(call, std::move(request)));
}

Task<PaymentState> PaymentClient::get(const rpc::Call& call, OrderId order) {
  payment::v1::GetPaymentRequest request;
  request.set_order_id(order.str());
  co_return to_state(co_await get_(call, std::move(request)));
}

Task<PaymentState> PaymentClient::look_now(const rpc::Call& call, OrderId order) {
  payment::v1::LookNowRequest request;
  request.set_order_id(order.str());
  co_return to_state(co_await look_now_(call, std::move(request)));
}

Task<PaymentState> PaymentClient::abandon(const rpc::Call& call, OrderId order) {
  payment::v1::AbandonRequest request;
  request.set_order_id(order.str());
  co_return to_state(co_await abandon_(call, std::move(request)));
}

Task<> PaymentClient::void_payment(const rpc::Call& call, OrderId order) {
  payment::v1::VoidRequest request;
  request.set_order_id(order.str());
  co_await void_(call, std::move(request));
}

Task<bool> PaymentClient::refund(const rpc::Call& call, const Refund& refund) {
  payment::v1::RefundRequest request;
  request.set_refund_id(refund.id.str());
  request.set_order_id(refund.order.str());
  *request.mutable_amount() = rpc::to_proto(refund.amount);
  request.set_reason(refund.reason);
  const auto reply = co_await refund_(call, std::move(request));
  co_return reply.status() == "succeeded";
}

Task<> PaymentClient::import_payments(const rpc::Call& call, std::span<const Order> orders) {
  payment::v1::ImportPaymentsRequest request;
  for (const auto& order : orders) {
    auto& payment = *request.add_payments();
    payment.set_payment_id(order.payment->id);
    payment.set_order_id(order.id.str());
    payment.set_user_id(order.user.str());
    *payment.mutable_amount() = rpc::to_proto(order.totals.total);
    *payment.mutable_refunded() = rpc::to_proto(order.refunded);
    *payment.mutable_paid_at() = rpc::to_proto(order.created_at);
  }
  co_await import_(call, std::move(request));
}

}  // namespace souk::order
