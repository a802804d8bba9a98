#include "internal/repository/projection_repository.hpp"

#include "internal/repository/order_repository.hpp"

namespace souk::order {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kStreams{"projection.streams", R"(
  SELECT order_id FROM order_events
  WHERE version = 1 AND order_id > $1 ORDER BY order_id LIMIT $2)"};

constexpr Query kLockProjection{
    "projection.lock", "SELECT id FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"};

constexpr Query kEvents{"projection.events", R"(
  SELECT order_id, version, type, data, at FROM order_events
  WHERE order_id = ANY($1::uuid[]) ORDER BY order_id, version)"};

constexpr Query kProjections{"projection.orders",
                             "SELECT * FROM order_documents WHERE id = ANY($1::uuid[])"};

constexpr Query kOrphans{"projection.orphans", R"(
  SELECT id FROM orders o WHERE NOT EXISTS (SELECT FROM order_events e WHERE e.order_id = o.id)
  UNION
  SELECT order_id FROM order_items i
  WHERE NOT EXISTS (SELECT FROM order_events e WHERE e.order_id = i.order_id))"};

constexpr Query kRemoveOrders{"projection.remove_orders",
                              "DELETE FROM orders WHERE id = ANY($1::uuid[])"};

constexpr Query kRemoveItems{"projection.remove_items",
                             "DELETE FROM order_items WHERE order_id = ANY($1::uuid[])"};

std::optional<Order> readable(const database::Row& row) {
  try {
    return order_from_row(row);
  } catch (const std::exception&) {
    return std::nullopt;  // damaged; the stream knows better
  }
}

}  // namespace

Task<std::vector<OrderId>> ProjectionRepository::streams(Transaction& tx, OrderId after,
                                                         int limit) {
  std::vector<OrderId> ids;
  for (const auto& row : co_await tx.query(kStreams, after, limit))
    ids.push_back(row.get<OrderId>("order_id"));
  co_return ids;
}

void ProjectionRepository::queue_lock(Transaction& tx, const std::vector<OrderId>& ids) {
  tx.queue(kLockProjection, ids);
}

Task<std::map<OrderId, std::vector<Event>>> ProjectionRepository::events(
    Transaction& tx, const std::vector<OrderId>& ids) {
  std::map<OrderId, std::vector<Event>> streams;
  for (const auto& row : co_await tx.query(kEvents, ids)) {
    streams[row.get<OrderId>("order_id")].push_back(event_from_row(row));
  }
  co_return streams;
}

Task<std::map<OrderId, Order>> ProjectionRepository::projections(Transaction& tx,
                                                                 const std::vector<OrderId>& ids) {
  std::map<OrderId, Order> orders;
  for (const auto& row : co_await tx.query(kProjections, ids)) {
    if (auto order = readable(row)) orders.emplace(order->id, std::move(*order));
  }
  co_return orders;
}

void ProjectionRepository::queue_replace(Transaction& tx, const std::vector<Order>& orders) {
  std::vector<OrderId> ids;
  for (const auto& order : orders) ids.push_back(order.id);
  queue_remove(tx, ids);
  OrderRepository::queue_projections(tx, orders);
}

Task<std::vector<OrderId>> ProjectionRepository::orphans(Transaction& tx) {
  std::vector<OrderId> ids;
  for (const auto& row : co_await tx.query(kOrphans)) ids.push_back(row.get<OrderId>("id"));
  co_return ids;
}

void ProjectionRepository::queue_remove(Transaction& tx, const std::vector<OrderId>& ids) {
  tx.queue(kRemoveOrders, ids);
  tx.queue(kRemoveItems, ids);
}

}  // namespace souk::order
