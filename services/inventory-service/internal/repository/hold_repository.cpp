#include "internal/repository/hold_repository.hpp"

#include <string>
#include <vector>

#include <boost/json.hpp>

namespace souk::inventory {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kLockHolds{"holds.lock", R"(
  SELECT order_id, state, lines FROM holds WHERE order_id = ANY($1::uuid[])
  ORDER BY order_id FOR NO KEY UPDATE)"};
constexpr Query kInsertHolds{"holds.insert", R"(
  INSERT INTO holds (order_id, state, lines)
  SELECT order_id, state, lines FROM unnest($1::uuid[], $2::text[], $3::jsonb[])
                                       AS new (order_id, state, lines))"};
constexpr Query kSaveHolds{"holds.save", R"(
  UPDATE holds SET state = new.state, updated_at = now()
  FROM unnest($1::uuid[], $2::text[]) AS new (order_id, state) WHERE holds.order_id = new.order_id)"};

std::string to_json(const Lines& lines) {
  boost::json::object object;
  for (const auto& [sku, quantity] : lines) object[sku] = quantity;
  return boost::json::serialize(object);
}

Lines from_json(const std::string& text) {
  Lines lines;
  const auto value = boost::json::parse(text);
  for (const auto& [sku, quantity] : value.as_object()) lines.emplace(sku, quantity.as_int64());
  return lines;
}

}  // namespace

Task<HoldByOrder> HoldRepository::lock(Transaction& tx, const std::set<OrderId>& orders) const {
  HoldByOrder holds;
  const auto rows =
      co_await tx.query(kLockHolds, std::vector<OrderId>{orders.begin(), orders.end()});
  for (const auto& row : rows) {
    holds.emplace(row.get<OrderId>("order_id"),
                  Hold{.state = parse_hold_state(row.get<std::string>("state")),
                       .lines = from_json(row.get<std::string>("lines"))});
  }
  co_return holds;
}

void HoldRepository::insert(Transaction& tx, const HoldByOrder& holds) const {
  if (holds.empty()) return;
  std::vector<OrderId> orders;
  std::vector<std::string> states;
  std::vector<std::string> lines;
  for (const auto& [order, hold] : holds) {
    orders.push_back(order);
    states.emplace_back(name(hold.state));
    lines.push_back(to_json(hold.lines));
  }
  tx.queue(kInsertHolds, orders, states, lines);
}

void HoldRepository::save(Transaction& tx, const HoldByOrder& changed) const {
  if (changed.empty()) return;
  std::vector<OrderId> orders;
  std::vector<std::string> states;
  for (const auto& [order, hold] : changed) {
    orders.push_back(order);
    states.emplace_back(name(hold.state));
  }
  tx.queue(kSaveHolds, orders, states);
}

}  // namespace souk::inventory
