#pragma once

#include <string>

#include "internal/repository/order_repository.hpp"
#include "internal/repository/refund_repository.hpp"
#include "internal/service/order_links.hpp"
#include "internal/service/order_metrics.hpp"
#include "messaging/outbox.hpp"
#include "order/order.pb.h"
#include "runtime/call.hpp"

namespace souk::order {

/// The steps of an order that are one transaction: cancel, fulfil, deliver. Each honours an
/// Idempotency-Key, locks the order, lets its state decide, and tells the other services in the
/// same commit. They throw Error{not_found} for another's order and Error{invalid_transition}.
/// Owned by the module, on its loop.
class ChangeOrder {
 public:
  /// All of them outlive the use case.
  struct Parts {
    database::Database& database;
    messaging::Outbox& outbox;
    OrderLinks links;
    IdGenerator& ids;
    const Clock& clock;
    OrderMetrics& metrics;
  };

  explicit ChangeOrder(Parts parts) : parts_(std::move(parts)) {}

  /// What was paid goes back: the refund is part of the commit, RefundRunner carries it out. Also
  /// throws Error{order_in_progress}.
  Task<v1::Order> cancel(rpc::Call& call, const v1::CancelOrderRequest& request);
  Task<v1::Order> fulfil(rpc::Call& call, const v1::FulfilOrderRequest& request);
  Task<v1::Order> deliver(rpc::Call& call, const v1::DeliverOrderRequest& request);

 private:
  using Decide = std::function<Task<Order>(database::Transaction&, Order)>;

  Task<v1::Order> change(rpc::Call& call, std::string method,
                         const google::protobuf::Message& request, OrderId id, Decide decide);
  Task<Order> cancel_order(database::Transaction& tx, const rpc::Call& call, Order order);
  Task<Order> fulfil_order(database::Transaction& tx, const rpc::Call& call, Order order,
                           Fulfilled fulfilled);

  Parts parts_;
};

/// Appends `event` to an order that the transaction has locked, and gives the order after it.
Task<Order> append_locked(database::Transaction& tx, Order order, Event event);

}  // namespace souk::order
