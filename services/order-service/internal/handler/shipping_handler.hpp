#pragma once

#include "common/common.pb.h"
#include "internal/service/shipping_methods.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::order {

/// The rpcs of souk.order.v1.OrderService that are about delivery. Owned by the module, on its loop.
class ShippingHandler {
 public:
  /// Both outlive the handler; its methods are bound to `service`.
  ShippingHandler(rpc::Service& service, ShippingMethods& methods);

 private:
  Task<v1::ListShippingRatesReply> rates(rpc::Call& call,
                                         const v1::ListShippingRatesRequest& request);
  Task<v1::ListShippingMethodsReply> list(rpc::Call& call,
                                          const v1::ListShippingMethodsRequest& request);
  Task<v1::ShippingMethod> create(rpc::Call& call, const v1::CreateShippingMethodRequest& request);
  Task<v1::ShippingMethod> update(rpc::Call& call, const v1::UpdateShippingMethodRequest& request);
  Task<common::v1::Nothing> remove(rpc::Call& call, const v1::DeleteShippingMethodRequest& request);

  ShippingMethods& methods_;
};

}  // namespace souk::order
