#include "internal/handler/convert.hpp"

#include "internal/service/proto_status.hpp"
#include "runtime/proto_values.hpp"

namespace souk::payment {
namespace {

/// What PaymentView and Payment have in common, which is nearly all.
template <class Proto>
Proto describe(const Payment& payment) {
  Proto proto;
  proto.set_id(payment.id.str());
  proto.set_order_id(payment.order_id.str());
  if (payment.user_id) proto.set_user_id(payment.user_id->str());
  *proto.mutable_amount() = rpc::to_proto(payment.amount);
  *proto.mutable_refunded() =
      rpc::to_proto(Money{payment.refunded_minor, payment.amount.currency()});
  proto.set_provider(payment.provider);
  proto.set_provider_reference(payment.provider_reference);
  *proto.mutable_created_at() = rpc::to_proto(payment.created_at);
  return proto;
}

}  // namespace

ImportedPayment from_proto(const v1::ImportPayment& payment) {
  ImportedPayment imported{.id = PaymentId::from(payment.payment_id()),
                           .order_id = OrderId::from(payment.order_id()),
                           .user_id = UserId::from(payment.user_id()),
                           .amount = rpc::from_proto(payment.amount()),
                           .refunded_minor = payment.refunded().amount(),
                           .paid_at = rpc::from_proto(payment.paid_at())};
  if (imported.refunded_minor < 0 || imported.refunded_minor > imported.amount.amount_minor()) {
    throw invalid_field("refunded", "out_of_range", "More was refunded than was paid.");
  }
  return imported;
}

v1::Payment to_proto(const Payment& payment) {
  auto proto = describe<v1::Payment>(payment);
  const bool waiting = payment.status == PaymentStatus::pending && payment.action;
  proto.set_status(waiting ? v1::PAYMENT_STATUS_REQUIRES_ACTION : to_proto(payment.status));
  if (waiting) {
    auto& action = *proto.mutable_next_action();
    action.set_type(payment.action->type);
    action.set_redirect_url(payment.action->url);
    action.set_client_secret(payment.action->client_secret);
  }
  proto.set_decline_code(payment.decline_code);
  *proto.mutable_updated_at() = rpc::to_proto(payment.updated_at);
  return proto;
}

v1::PaymentView to_view(const Payment& payment) {
  auto proto = describe<v1::PaymentView>(payment);
  proto.set_status(std::string{name(payment.status)});
  return proto;
}

v1::RefundView to_view(const Refund& refund) {
  v1::RefundView proto;
  proto.set_id(refund.id.str());
  *proto.mutable_amount() = rpc::to_proto(refund.amount);
  proto.set_status(std::string{name(refund.status)});
  proto.set_reason(refund.reason);
  proto.set_provider_reference(refund.reference);
  *proto.mutable_created_at() = rpc::to_proto(refund.created_at);
  return proto;
}

v1::Refund to_proto(const Refund& refund) {
  v1::Refund proto;
  proto.set_id(refund.id.str());
  proto.set_order_id(refund.order_id.str());
  *proto.mutable_amount() = rpc::to_proto(refund.amount);
  proto.set_status(std::string{name(refund.status)});
  return proto;
}

v1::Dispute to_proto(const KnownDispute& known) {
  const auto& [dispute, cost] = known;
  const auto currency = dispute.amount.currency();
  v1::Dispute proto;
  proto.set_id(dispute.id);
  proto.set_status(dispute.status);
  proto.set_reason(dispute.reason);
  *proto.mutable_amount() = rpc::to_proto(dispute.amount);
  *proto.mutable_changed_at() = rpc::to_proto(dispute.changed_at);
  *proto.mutable_withdrawn() = rpc::to_proto(Money{cost.withdrawn_minor, currency});
  *proto.mutable_fee() = rpc::to_proto(Money{cost.fee_minor, currency});
  return proto;
}

}  // namespace souk::payment
