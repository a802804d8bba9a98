#include "internal/service/payment_events.hpp"

#include "payment/events.pb.h"
#include "runtime/proto_values.hpp"

namespace souk::payment {

void publish_captured(messaging::Outbox& outbox, database::Transaction& tx, const rpc::Call& call,
                      const Payment& payment) {
  if (payment.status != PaymentStatus::captured || !payment.user_id) return;
  v1::PaymentCaptured event;
  event.set_payment_id(payment.id.str());
  event.set_order_id(payment.order_id.str());
  event.set_user_id(payment.user_id->str());
  *event.mutable_amount() = rpc::to_proto(payment.amount);
  outbox.publish(tx, call, payment.order_id.str(), event);
}

}  // namespace souk::payment
