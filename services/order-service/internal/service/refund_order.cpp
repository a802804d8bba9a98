#include "internal/service/refund_order.hpp"

#include "internal/clients/messages.hpp"
#include "internal/models/decisions.hpp"
#include "internal/models/imported_order.hpp"
#include "internal/service/change_order.hpp"
#include "internal/service/order_access.hpp"
#include "runtime/idempotency.hpp"
#include "runtime/proto_values.hpp"

namespace souk::order {

using database::Transaction;

Task<v1::OrderRefund> RefundOrder::run(rpc::Call& call, const v1::RefundOrderRequest& request) {
  if (call.idempotency_key.empty()) {
    throw Error{Kind::malformed, "idempotency_key_required",
                "This request needs an Idempotency-Key."};
  }
  const auto decided = co_await parts_.database.transact(
      call.scope(), [&](Transaction& tx) -> Task<v1::OrderRefund> {
        runtime::Idempotency once{call, "RefundOrder", request};
        if (auto stored = co_await once.claim<v1::OrderRefund>(tx)) co_return *stored;
        auto reply = to_message(co_await decide(tx, call, request));
        once.store(tx, reply);
        co_return reply;
      });
  const auto id = RefundId::from(decided.id());
  co_await parts_.runner.try_now(call, id);
  co_return to_message((co_await parts_.refunds.find(call.scope(), id)).value());
}

Task<Refund> RefundOrder::decide(Transaction& tx, const rpc::Call& call,
                                 const v1::RefundOrderRequest& request) {
  const auto now = parts_.clock.now();
  auto order = visible(co_await OrderRepository::load_for_update(tx, OrderId::from(request.id())),
                       call.identity);
  if (order.payment && order.payment->provider == kImportedProvider) {
    throw Error{Kind::conflict, "refund_not_possible",
                "This order was paid elsewhere, before it was imported: refund it there."};
  }
  RefundWish wish{.refund = RefundId{parts_.ids.next()},
                  .amount = std::nullopt,
                  .reason = request.reason(),
                  .by = call.identity.user};
  if (request.has_amount()) wish.amount = rpc::from_proto(request.amount(), "amount.currency");
  auto event = request_refund(order, wish, now);
  const auto amount = std::get<RefundRequested>(event.data).amount;
  const std::vector<Refund> refunds{{wish.refund, order.id, call.identity.tenant, amount,
                                     request.reason(), RefundStatus::pending, now}};
  RefundRepository::queue_insert(tx, refunds);
  co_await append_locked(tx, std::move(order), std::move(event));
  co_return refunds.front();
}

}  // namespace souk::order
