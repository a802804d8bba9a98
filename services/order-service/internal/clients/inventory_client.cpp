#include "internal/clients/inventory_client.hpp"

namespace souk::order {
namespace {
constexpr char kInventoryService[] = "souk.inventory.v1.InventoryService";
}

InventoryClient::InventoryClient(rpc::Channel& channel)
    : reserve_(channel, "order-service", kInventoryService, "Reserve"),
      release_(channel, "order-service", kInventoryService, "Release") {}

Task<Reservation> InventoryClient::reserve(const rpc::Call& call, const Order& order) {
  inventory::v1::ReserveRequest request;
  request.set_order_id(order.id.str());
  for (const auto& item : order.items) {
    auto& line = *request.add_lines();
    line.set_sku(item.sku);
    line.set_quantity(item.quantity);
  }
  const auto reply = co_await reserve_(call, std::move(request));
  co_return Reservation{.reserved = reply.reserved(),
                        .missing_skus = {reply.missing_skus().begin(), reply.missing_skus().end()}};
}

Task<> InventoryClient::release(const rpc::Call& call, OrderId order) {
  inventory::v1::ReleaseRequest request;
  request.set_order_id(order.str());
  co_await release_(call, std::move(request));
}

}  // namespace souk::order
