#include "internal/handler/shipping_handler.hpp"

namespace souk::order {

ShippingHandler::ShippingHandler(rpc::Service& service, ShippingMethods& methods)
    : methods_(methods) {
  service.bind("ListShippingRates", this, &ShippingHandler::rates);
  service.bind("ListShippingMethods", this, &ShippingHandler::list);
  service.bind("CreateShippingMethod", this, &ShippingHandler::create);
  service.bind("UpdateShippingMethod", this, &ShippingHandler::update);
  service.bind("DeleteShippingMethod", this, &ShippingHandler::remove);
}

Task<v1::ListShippingRatesReply> ShippingHandler::rates(
    rpc::Call& call, const v1::ListShippingRatesRequest& request) {
  co_return methods_.rates(call, request);
}

Task<v1::ListShippingMethodsReply> ShippingHandler::list(rpc::Call& call,
                                                         const v1::ListShippingMethodsRequest&) {
  v1::ListShippingMethodsReply reply;
  for (const auto& method : co_await methods_.list(call)) *reply.add_items() = to_message(method);
  co_return reply;
}

Task<v1::ShippingMethod> ShippingHandler::create(rpc::Call& call,
                                                 const v1::CreateShippingMethodRequest& request) {
  return methods_.create(call, request);
}

Task<v1::ShippingMethod> ShippingHandler::update(rpc::Call& call,
                                                 const v1::UpdateShippingMethodRequest& request) {
  return methods_.update(call, request);
}

Task<common::v1::Nothing> ShippingHandler::remove(rpc::Call& call,
                                                  const v1::DeleteShippingMethodRequest& request) {
  co_await methods_.remove(call, request.code());
  co_return common::v1::Nothing{};
}

}  // namespace souk::order
