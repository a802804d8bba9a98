#pragma once

#include "internal/service/carts.hpp"
#include "order/cart.pb.h"
#include "runtime/rpc_service.hpp"

namespace souk::order {

/// The rpcs of souk.order.v1.OrderService that are about carts. Owned by the module, on its loop.
class CartHandler {
 public:
  /// Both outlive the handler; its methods are bound to `service`.
  CartHandler(rpc::Service& service, Carts& carts);

 private:
  Task<v1::Cart> get(rpc::Call& call, const v1::GetCartRequest& request);
  Task<v1::Cart> put(rpc::Call& call, const v1::PutCartItemRequest& request);
  Task<v1::Cart> remove(rpc::Call& call, const v1::DeleteCartItemRequest& request);
  Task<v1::Cart> merge(rpc::Call& call, const v1::MergeCartRequest& request);

  Carts& carts_;
};

}  // namespace souk::order
