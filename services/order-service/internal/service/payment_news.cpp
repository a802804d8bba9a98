#include "internal/service/payment_news.hpp"

#include "internal/models/decisions.hpp"
#include "internal/service/change_order.hpp"
#include "runtime/proto_values.hpp"

namespace souk::order {

using database::Transaction;
using messaging::EventInfo;

void PaymentNews::subscribe(messaging::Consumer& consumer) {
  consumer.on<payment::v1::PaymentSettled>(
      [this](Transaction& tx, const EventInfo& info, const payment::v1::PaymentSettled& event) {
        return settled(tx, info, event);
      });
  consumer.on<payment::v1::RefundSettled>(
      [this](Transaction& tx, const EventInfo& info, const payment::v1::RefundSettled& event) {
        return refund_settled(tx, info, event);
      });
  consumer.on<payment::v1::RefundFailed>(
      [this](Transaction& tx, const EventInfo& info, const payment::v1::RefundFailed& event) {
        return refund_failed(tx, info, event);
      });
}

Task<> PaymentNews::settled(Transaction& tx, const EventInfo& info,
                            const payment::v1::PaymentSettled& event) {
  const auto id = OrderId::from(event.order_id());
  auto order = co_await OrderRepository::load_for_update(tx, id);
  if (!order) co_return;
  if (order->status == Status::pending) {
    CheckoutRepository::queue_wake(tx, id);
    parts_.attendance.wake(id);  // it asks payment-service, which knew before it told us
    co_return;
  }
  if (event.status() != payment::v1::PAYMENT_STATUS_CAPTURED) co_return;
  const auto now = parts_.clock.now();
  const RefundId refund{parts_.ids.next()};
  auto owed = refund_late_payment(*order, refund, now);
  if (!owed) co_return;
  const auto& request = std::get<RefundRequested>(owed->data);
  const std::vector<Refund> refunds{
      {refund, id, info.tenant, request.amount, request.reason, RefundStatus::pending, now}};
  RefundRepository::queue_insert(tx, refunds);
  co_await append_locked(tx, std::move(*order), std::move(*owed));
}

rpc::Call PaymentNews::call_of(const EventInfo& info) const {
  auto call =
      rpc::Call::background("order-service", std::chrono::seconds{5}, parts_.random, info.tenant);
  call.trace = info.trace;
  return call;
}

Task<> PaymentNews::refund_settled(Transaction& tx, const EventInfo& info,
                                   const payment::v1::RefundSettled& event) {
  const auto call = call_of(info);
  co_await parts_.refunds.complete(tx, call, RefundId::from(event.refund_id()),
                                   OrderId::from(event.order_id()),
                                   rpc::from_proto(event.amount()));
}

Task<> PaymentNews::refund_failed(Transaction& tx, const EventInfo& info,
                                  const payment::v1::RefundFailed& event) {
  const auto call = call_of(info);
  co_await parts_.refunds.fail(tx, call, RefundId::from(event.refund_id()),
                               OrderId::from(event.order_id()), rpc::from_proto(event.amount()));
}

}  // namespace souk::order
