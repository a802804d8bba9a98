#include "internal/service/payment_events.hpp"

#include "payment/events.pb.h"
#include "runtime/proto_values.hpp"

namespace souk::payment {

void publish_captured(messaging::Outbox& outbox, database::Transaction& tx, const rpc::Call& call,
                      std::span<const Payment> payments) {
  std::vector<messaging::Outgoing> news;
  for (const auto& payment : payments) {
    if (payment.status != PaymentStatus::captured || !payment.user_id) continue;
    v1::PaymentCaptured event;
    event.set_payment_id(payment.id.str());
    event.set_order_id(payment.order_id.str());
    event.set_user_id(payment.user_id->str());
    *event.mutable_amount() = rpc::to_proto(payment.amount);
    news.emplace_back(call, payment.order_id.str(), event);
  }
  outbox.publish(tx, std::move(news));
}

}  // namespace souk::payment
