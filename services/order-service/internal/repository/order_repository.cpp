#include "internal/repository/order_repository.hpp"

#include <stdexcept>

#include "internal/models/order_id.hpp"

namespace souk::order {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kInsertOrders{"order.insert", R"(
  INSERT INTO orders (id, user_id, number, currency, subtotal, discount_total, shipping_total,
                      tax_total, total, shipping_address, external_id, created_at, version, status,
                      payment_id, payment_status, payment_provider, decline_code, refund_requested,
                      refunded, tracking_number, fulfilled_at, updated_at, tax_lines, shipping)
  SELECT id, user_id, number, currency, subtotal, discount_total, shipping_total,
         tax_total, total, shipping_address::jsonb, external_id, created_at, version, status,
         payment_id, payment_status, payment_provider, decline_code, refund_requested,
         refunded, tracking_number, fulfilled_at, updated_at, tax_lines::jsonb, shipping::jsonb
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
              $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[],
              $12::timestamptz[], $13::int[], $14::text[], $15::text[], $16::text[], $17::text[],
              $18::text[], $19::bigint[], $20::bigint[], $21::text[], $22::timestamptz[],
              $23::timestamptz[], $24::text[], $25::text[])
    AS o(id, user_id, number, currency, subtotal, discount_total, shipping_total, tax_total, total,
         shipping_address, external_id, created_at, version, status, payment_id, payment_status,
         payment_provider, decline_code, refund_requested, refunded, tracking_number, fulfilled_at,
         updated_at, tax_lines, shipping)
  ON CONFLICT (tenant_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
  RETURNING id)"};

constexpr Query kInsertItems{"order.insert_items", R"(
  INSERT INTO order_items (order_id, line, sku, name, quantity, unit_price, total)
  SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                       $7::bigint[]))"};

constexpr Query kInsertEvents{"order.insert_events", R"(
  INSERT INTO order_events (order_id, version, type, data, at)
  SELECT e.order_id, e.version, e.type, e.data::jsonb, e.at
  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])
    AS e(order_id, version, type, data, at))"};

// The projection's version is the fence: one writer per version, and the stream follows it.
constexpr Query kAdvance{"order.advance", R"(
  UPDATE orders o
  SET version = n.version, status = n.status, payment_id = n.payment_id,
      payment_status = n.payment_status, payment_provider = n.payment_provider,
      decline_code = n.decline_code, refund_requested = n.refund_requested, refunded = n.refunded,
      tracking_number = n.tracking_number, fulfilled_at = n.fulfilled_at, updated_at = n.updated_at
  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
              $8::bigint[], $9::bigint[], $10::text[], $11::timestamptz[], $12::timestamptz[])
    AS n(id, version, status, payment_id, payment_status, payment_provider, decline_code,
         refund_requested, refunded, tracking_number, fulfilled_at, updated_at)
  WHERE o.id = n.id AND o.version = n.version - 1
  RETURNING o.id)"};

constexpr Query kLock{"order.lock", "SELECT id FROM orders WHERE id = $1 FOR UPDATE"};

constexpr Query kStream{"order.stream", R"(
  SELECT version, type, data, at FROM order_events
  WHERE order_id = $1 AND version <= $2 ORDER BY version)"};

// A pending order that no client was told of may still vanish: until then it is in no list.
constexpr Query kFind{"order.find", R"(
  SELECT * FROM order_documents o
  WHERE id = $1 AND status <> 'rejected'
    AND (status <> 'pending'
         OR EXISTS (SELECT FROM checkouts c WHERE c.order_id = o.id AND c.told)))"};

constexpr Query kListOwn{"order.list_own", R"(
  SELECT * FROM order_documents o
  WHERE user_id = $1 AND id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    AND status <> 'rejected'
    AND (status <> 'pending'
         OR EXISTS (SELECT FROM checkouts c WHERE c.order_id = o.id AND c.told))
  ORDER BY id DESC LIMIT $3)"};

constexpr Query kListAll{"order.list_all", R"(
  SELECT * FROM order_documents o
  WHERE id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    AND status <> 'rejected' AND ($1::text IS NULL OR status = $1)
    AND (cardinality($4::uuid[]) = 0 OR user_id = ANY ($4::uuid[]))
    AND id >= $5::uuid AND id < coalesce($6::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    AND ($7 = '' OR starts_with(number, upper($7)) OR id::text = lower($7)
         OR strpos(lower(shipping_address ->> 'full_name'), lower($7)) > 0)
    AND (status <> 'pending'
         OR EXISTS (SELECT FROM checkouts c WHERE c.order_id = o.id AND c.told))
  ORDER BY id DESC LIMIT $3)"};

constexpr Query kFindImported{"order.find_imported",
                              "SELECT * FROM order_documents WHERE external_id = ANY($1::text[])"};

std::vector<Event> to_events(const database::Rows& rows) {
  std::vector<Event> events;
  for (const auto& row : rows) events.push_back(event_from_row(row));
  return events;
}

std::vector<Order> to_orders(const database::Rows& rows) {
  std::vector<Order> orders;
  for (const auto& row : rows) orders.push_back(order_from_row(row));
  return orders;
}

std::set<OrderId> to_ids(const database::Rows& rows) {
  std::set<OrderId> ids;
  for (const auto& row : rows) ids.insert(row.get<OrderId>("id"));
  return ids;
}

/// Calls `send(query, columns...)` with the arrays of kInsertOrders.
template <class Send>
auto with_order_columns(std::span<const Order> orders, Send send) {
  OrderColumns born;
  StateColumns state;
  for (const auto& order : orders) {
    born.add(order);
    state.add(order);
  }
  return send(kInsertOrders, born.ids, born.users, born.numbers, born.currencies, born.subtotals,
              born.discounts, born.shippings, born.taxes, born.totals, born.addresses,
              born.external_ids, born.created_at, state.versions, state.statuses, state.payment_ids,
              state.payment_statuses, state.payment_providers, state.decline_codes,
              state.refund_requested, state.refunded, state.tracking_numbers, state.fulfilled_at,
              state.updated_at, born.tax_lines, born.shipping);
}

void queue_items(Transaction& tx, const ItemColumns& items) {
  tx.queue(kInsertItems, items.orders, items.lines, items.skus, items.names, items.quantities,
           items.unit_prices, items.totals);
}

void queue_events(Transaction& tx, const EventColumns& events) {
  tx.queue(kInsertEvents, events.orders, events.versions, events.types, events.data, events.at);
}

}  // namespace

std::vector<database::ConstraintRule> OrderRepository::constraints() {
  return {
      {"orders_number_unique", Kind::conflict, "order_number_taken", "That order number is taken."},
      {"order_events_version", Kind::conflict, "order_changed", "The order has changed meanwhile."},
      {"shipping_methods_pk", Kind::conflict, "shipping_method_taken",
       "There is a shipping method with this code.", "code"},
      {"orders_refunds_within_total", Kind::validation, "validation_failed",
       "More cannot be refunded than was paid.", "amount"},
  };
}

Task<std::set<OrderId>> OrderRepository::insert(Transaction& tx, std::span<const Order> orders,
                                                std::span<const std::vector<Event>> streams) {
  const auto rows = co_await with_order_columns(
      orders, [&](const auto&... columns) { return tx.query(columns...); });
  auto written = to_ids(rows);
  ItemColumns items;
  EventColumns events;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (!written.contains(orders[i].id)) continue;
    items.add(orders[i].id, orders[i].items);
    for (const auto& event : streams[i]) events.add(orders[i].id, event);
  }
  queue_items(tx, items);
  queue_events(tx, events);
  co_return written;
}

void OrderRepository::queue_insert(Transaction& tx, std::span<const Order> orders,
                                   std::span<const std::vector<Event>> streams) {
  queue_projections(tx, orders);
  EventColumns events;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    for (const auto& event : streams[i]) events.add(orders[i].id, event);
  }
  queue_events(tx, events);
}

void OrderRepository::queue_projections(Transaction& tx, std::span<const Order> orders) {
  with_order_columns(orders, [&](const auto&... columns) { tx.queue(columns...); });
  ItemColumns items;
  for (const auto& order : orders) items.add(order.id, order.items);
  queue_items(tx, items);
}

Task<std::set<OrderId>> OrderRepository::append(Transaction& tx,
                                                std::span<const Appended> appended) {
  StateColumns state;
  for (const auto& [order, event] : appended) state.add(order);
  const auto rows = co_await tx.query(
      kAdvance, state.ids, state.versions, state.statuses, state.payment_ids,
      state.payment_statuses, state.payment_providers, state.decline_codes, state.refund_requested,
      state.refunded, state.tracking_numbers, state.fulfilled_at, state.updated_at);
  auto advanced = to_ids(rows);
  EventColumns events;
  for (const auto& [order, event] : appended) {
    if (advanced.contains(order.id)) events.add(order.id, event);
  }
  queue_events(tx, events);
  co_return advanced;
}

Task<std::optional<Order>> OrderRepository::load_for_update(Transaction& tx, OrderId id) {
  tx.queue(kLock, id);
  const auto events = to_events(co_await tx.query(kStream, id, kLatest));
  if (events.empty()) co_return std::nullopt;
  co_return fold(id, events);
}

Task<std::vector<Event>> OrderRepository::stream(Transaction& tx, OrderId id) {
  co_return to_events(co_await tx.query(kStream, id, kLatest));
}

Task<std::optional<Order>> OrderRepository::load(database::Scope scope, OrderId id, int version) {
  const auto events = to_events(co_await database_.query(scope, kStream, id, version));
  if (events.empty()) co_return std::nullopt;
  co_return fold(id, events);
}

Task<std::optional<Order>> OrderRepository::find(database::Scope scope, OrderId id) {
  const auto row = co_await database_.query_optional(scope, kFind, id);
  if (!row) co_return std::nullopt;
  co_return order_from_row(*row);
}

Task<std::vector<Order>> OrderRepository::list(database::Scope scope, OrderFilter filter) {
  const bool all_of_one = filter.user && !filter.status && filter.query.empty() &&
                          !filter.placed_from && !filter.placed_before && filter.users.empty();
  if (all_of_one) {
    co_return to_orders(
        co_await database_.query(scope, kListOwn, *filter.user, filter.before, filter.limit));
  }
  std::optional<std::string> status;
  if (filter.status) status = to_string(*filter.status);
  if (filter.user) filter.users = {*filter.user};
  // Ids are UUIDv7, made when an order is placed.
  std::optional<OrderId> placed_before;
  if (filter.placed_before) placed_before = first_order_id_at(*filter.placed_before);
  co_return to_orders(co_await database_.query(
      scope, kListAll, status, filter.before, filter.limit, filter.users,
      first_order_id_at(filter.placed_from.value_or(Time{})), placed_before, filter.query));
}

Task<std::vector<Order>> OrderRepository::find_imported(
    database::Scope scope, const std::vector<std::string>& external_ids) {
  co_return to_orders(co_await database_.query(scope, kFindImported, external_ids));
}

Task<std::vector<Event>> OrderRepository::events(database::Scope scope, OrderId id) {
  co_return to_events(co_await database_.query(scope, kStream, id, kLatest));
}

}  // namespace souk::order
