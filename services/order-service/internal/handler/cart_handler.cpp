#include "internal/handler/cart_handler.hpp"

#include "runtime/proto_values.hpp"

namespace souk::order {
namespace {

v1::Cart to_message(const ShownCart& cart) {
  v1::Cart message;
  for (const auto& [line, quote, total, problem] : cart.lines) {
    auto& item = *message.add_items();
    item.set_sku(line.sku);
    item.set_quantity(line.quantity);
    item.set_problem(problem);
    if (!quote) continue;
    item.set_name(quote->name);
    item.set_product_id(quote->product_id);
    *item.mutable_unit_price() = rpc::to_proto(quote->price);
    *item.mutable_total() = rpc::to_proto(*total);
  }
  if (cart.subtotal) *message.mutable_subtotal() = rpc::to_proto(*cart.subtotal);
  if (cart.updated_at) *message.mutable_updated_at() = rpc::to_proto(*cart.updated_at);
  return message;
}

}  // namespace

CartHandler::CartHandler(rpc::Service& service, Carts& carts) : carts_(carts) {
  service.bind("GetCart", this, &CartHandler::get);
  service.bind("PutCartItem", this, &CartHandler::put);
  service.bind("DeleteCartItem", this, &CartHandler::remove);
  service.bind("MergeCart", this, &CartHandler::merge);
}

Task<v1::Cart> CartHandler::get(rpc::Call& call, const v1::GetCartRequest&) {
  co_return to_message(co_await carts_.get(call));
}

Task<v1::Cart> CartHandler::put(rpc::Call& call, const v1::PutCartItemRequest& request) {
  co_return to_message(
      co_await carts_.put(call, {.sku = request.sku(), .quantity = request.quantity()}));
}

Task<v1::Cart> CartHandler::remove(rpc::Call& call, const v1::DeleteCartItemRequest& request) {
  co_return to_message(co_await carts_.remove(call, request.sku()));
}

Task<v1::Cart> CartHandler::merge(rpc::Call& call, const v1::MergeCartRequest& request) {
  std::vector<CartLine> lines;
  for (const auto& item : request.items())
    lines.push_back({.sku = item.sku(), .quantity = item.quantity(), .position = lines.size()});
  co_return to_message(co_await carts_.merge(call, std::move(lines)));
}

}  // namespace souk::order
