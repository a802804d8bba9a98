#include "internal/service/change_order.hpp"

#include "internal/clients/messages.hpp"
#include "internal/models/decisions.hpp"
#include "internal/service/order_access.hpp"
#include "runtime/idempotency.hpp"

namespace souk::order {

using database::Transaction;

Task<Order> append_locked(Transaction& tx, Order order, Event event) {
  apply(order, event);
  const std::vector<Appended> appended{{order, std::move(event)}};
  const auto written = co_await OrderRepository::append(tx, appended);
  if (written.empty()) {
    throw Error{Kind::internal, "projection_out_of_step",
                "An order's projection is behind its stream."};
  }
  co_return order;
}

Task<v1::Order> ChangeOrder::change(rpc::Call& call, std::string method,
                                    const google::protobuf::Message& request, OrderId id,
                                    Decide decide) {
  co_return co_await parts_.database.transact(
      call.scope(), [&](Transaction& tx) -> Task<v1::Order> {
        runtime::Idempotency once{call, method, request};
        if (auto stored = co_await once.claim<v1::Order>(tx)) co_return *stored;
        auto order = visible(co_await OrderRepository::load_for_update(tx, id), call.identity);
        auto reply = to_message(co_await decide(tx, std::move(order)));
        once.store(tx, reply);
        co_return reply;
      });
}

Task<v1::Order> ChangeOrder::cancel(rpc::Call& call, const v1::CancelOrderRequest& request) {
  auto reply = co_await change(
      call, "CancelOrder", request, OrderId::from(request.id()),
      [&](Transaction& tx, Order order) { return cancel_order(tx, call, std::move(order)); });
  if (!call.reply.replayed) parts_.metrics.cancelled();
  co_return reply;
}

Task<Order> ChangeOrder::cancel_order(Transaction& tx, const rpc::Call& call, Order order) {
  const auto now = parts_.clock.now();
  const std::string reason =
      order.user == call.identity.user ? "customer_request" : "staff_decision";
  auto event = souk::order::cancel(order, {reason, call.identity.user}, now);
  order = co_await append_locked(tx, std::move(order), std::move(event));

  v1::OrderCancelled message;
  *message.mutable_order() = to_message(order);
  set_customer(order, *message.mutable_customer());
  message.set_reason(reason);
  parts_.outbox.publish(tx, call, order.id.str(), message);

  const auto amount = refundable(order);
  if (amount.is_zero()) co_return order;
  const RefundId refund{parts_.ids.next()};
  auto owed = request_refund(order, {refund, amount, "cancelled", call.identity.user}, now);
  const std::vector<Refund> refunds{
      {refund, order.id, call.identity.tenant, amount, "cancelled", RefundStatus::pending, now}};
  RefundRepository::queue_insert(tx, refunds);
  co_return co_await append_locked(tx, std::move(order), std::move(owed));
}

Task<v1::Order> ChangeOrder::fulfil(rpc::Call& call, const v1::FulfilOrderRequest& request) {
  Fulfilled fulfilled{.tracking_number = std::nullopt, .by = call.identity.user};
  if (!request.tracking_number().empty()) fulfilled.tracking_number = request.tracking_number();
  co_return co_await change(call, "FulfilOrder", request, OrderId::from(request.id()),
                            [&](Transaction& tx, Order order) {
                              return fulfil_order(tx, call, std::move(order), fulfilled);
                            });
}

Task<Order> ChangeOrder::fulfil_order(Transaction& tx, const rpc::Call& call, Order order,
                                      Fulfilled fulfilled) {
  auto event = souk::order::fulfil(order, std::move(fulfilled), parts_.clock.now());
  order = co_await append_locked(tx, std::move(order), std::move(event));
  v1::OrderFulfilled message;
  *message.mutable_order() = to_message(order);
  set_customer(order, *message.mutable_customer());
  message.set_link_token(parts_.links.token(call.identity.tenant, order.id));
  parts_.outbox.publish(tx, call, order.id.str(), message);
  co_return order;
}

Task<v1::Order> ChangeOrder::deliver(rpc::Call& call, const v1::DeliverOrderRequest& request) {
  co_return co_await change(call, "DeliverOrder", request, OrderId::from(request.id()),
                            [&](Transaction& tx, Order order) {
                              auto event = souk::order::deliver(order, {call.identity.user},
                                                                parts_.clock.now());
                              return append_locked(tx, std::move(order), std::move(event));
                            });
}

}  // namespace souk::order
