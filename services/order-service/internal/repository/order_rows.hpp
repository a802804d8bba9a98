#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/rows.hpp"
#include "internal/models/order.hpp"

namespace souk::order {

/// An event and the order after it: what an append writes to the stream and to the projection.
struct Appended {
  Order order;
  Event event;
};

/// A row of order_documents as an Order.
Order order_from_row(const database::Row& row);

/// A row of order_events.
Event event_from_row(const database::Row& row);

/// Columns as arrays, for statements that write many rows at once with unnest(). Filled row by row.

struct EventColumns {
  void add(OrderId order, const Event& event);

  std::vector<OrderId> orders;
  std::vector<int> versions;
  std::vector<std::string> types;
  std::vector<std::string> data;
  std::vector<Time> at;
};

/// What an order is born with.
struct OrderColumns {
  void add(const Order& order);

  std::vector<OrderId> ids;
  std::vector<UserId> users;
  std::vector<std::string> numbers;
  std::vector<std::string> currencies;
  std::vector<std::int64_t> subtotals, discounts, shippings, taxes, totals;
  std::vector<std::string> addresses;
  std::vector<std::optional<std::string>> external_ids;
  std::vector<Time> created_at;
  std::vector<std::optional<std::string>> tax_lines, shipping;
};

/// What changes as it lives.
struct StateColumns {
  void add(const Order& order);

  std::vector<OrderId> ids;
  std::vector<int> versions;
  std::vector<std::string> statuses;
  std::vector<std::optional<std::string>> payment_ids, payment_statuses, payment_providers,
      decline_codes;
  std::vector<std::int64_t> refund_requested, refunded;
  std::vector<std::optional<std::string>> tracking_numbers;
  std::vector<std::optional<Time>> fulfilled_at;
  std::vector<Time> updated_at;
};

struct ItemColumns {
  void add(OrderId order, const std::vector<Item>& items);

  std::vector<OrderId> orders;
  std::vector<int> lines;
  std::vector<std::string> skus;
  std::vector<std::string> names;
  std::vector<std::int64_t> quantities, unit_prices, totals;
};

}  // namespace souk::order
