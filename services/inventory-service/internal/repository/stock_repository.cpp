#include "internal/repository/stock_repository.hpp"

#include <string>

#include "core/failpoint.hpp"

namespace souk::inventory {
namespace {

using database::Query;
using database::Row;
using database::Transaction;

constexpr Query kLockStock{"stock.lock", R"(
  SELECT sku, on_hand, reserved, announced FROM stock WHERE sku = ANY($1::text[])
  ORDER BY sku FOR NO KEY UPDATE)"};
constexpr Query kReadUnlocked{
    "stock.read_unlocked",
    "SELECT sku, on_hand, reserved, announced FROM stock WHERE sku = ANY($1::text[])"};
constexpr Query kFind{"stock.find",
                      "SELECT sku, on_hand, reserved, announced FROM stock WHERE sku = $1"};
constexpr Query kCreate{"stock.create", R"(
  INSERT INTO stock (sku, on_hand) SELECT sku, 0 FROM unnest($1::text[]) AS sku
  ON CONFLICT ON CONSTRAINT stock_once DO NOTHING RETURNING sku)"};
constexpr Query kSaveStock{"stock.save", R"(
  UPDATE stock SET on_hand = new.on_hand, reserved = new.reserved, announced = new.announced,
                   updated_at = now()
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[])
         AS new (sku, on_hand, reserved, announced)
  WHERE stock.sku = new.sku)"};
constexpr Query kAppend{"movements.insert", R"(
  INSERT INTO movements (id, sku, delta, kind, reason, order_id, created_at)
  SELECT id, sku, delta, kind, reason, order_id, $7
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::uuid[])
         AS new (id, sku, delta, kind, reason, order_id))"};
constexpr Query kPage{"stock.page", R"(
  SELECT sku, on_hand, reserved, announced FROM stock
  WHERE sku > $1 AND ($2 = '' OR strpos(lower(sku), lower($2)) > 0)
    AND ($3::text IS NULL OR $3 = CASE WHEN on_hand <= reserved THEN 'out_of_stock'
                                       WHEN on_hand - reserved <= $4 THEN 'low_stock'
                                       ELSE 'in_stock' END)
  ORDER BY sku LIMIT $5)"};
constexpr Query kMovements{"movements.by_sku", R"(
  SELECT id, sku, delta, kind, reason, order_id, created_at FROM movements
  WHERE sku = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3)"};

Stock to_stock(const Row& row) {
  Stock stock{.on_hand = row.get<std::int64_t>("on_hand"),
              .reserved = row.get<std::int64_t>("reserved"),
              .announced = std::nullopt};
  if (const auto word = row.get<std::optional<std::string>>("announced")) {
    stock.announced = parse_availability(*word);
  }
  return stock;
}

LedgerEntry to_entry(const Row& row) {
  return {.id = row.get<Uuid>("id"),
          .sku = row.get<std::string>("sku"),
          .delta = row.get<std::int64_t>("delta"),
          .kind = row.get<std::string>("kind"),
          .reason = row.get<std::string>("reason"),
          .order = row.get<std::optional<OrderId>>("order_id"),
          .created_at = row.get<Time>("created_at")};
}

std::vector<std::string> list_of(const std::set<Sku>& skus) { return {skus.begin(), skus.end()}; }

}  // namespace

// The last line of defence: the decisions are taken on locked rows, so neither is ever seen.
std::vector<database::ConstraintRule> StockRepository::constraints() {
  return {
      {"stock_never_oversold", Kind::conflict, "insufficient_stock", "There is not enough stock."},
      {"stock_reserved_not_negative", Kind::conflict, "insufficient_stock",
       "There is not enough stock."}};
}

Task<StockBySku> StockRepository::lock(Transaction& tx, const std::set<Sku>& skus) const {
  StockBySku stock;
  if (skus.empty()) co_return stock;
  const auto& query = failpoint::planted("inventory.no_lock") ? kReadUnlocked : kLockStock;
  for (const auto& row : co_await tx.query(query, list_of(skus))) {
    stock.emplace(row.get<std::string>("sku"), to_stock(row));
  }
  co_return stock;
}

Task<std::set<Sku>> StockRepository::create(Transaction& tx, const std::set<Sku>& skus) const {
  std::set<Sku> created;
  for (const auto& row : co_await tx.query(kCreate, list_of(skus))) {
    created.insert(row.get<std::string>("sku"));
  }
  co_return created;
}

void StockRepository::save(Transaction& tx, const StockBySku& changed) const {
  if (changed.empty()) return;
  std::vector<std::string> skus;
  std::vector<std::int64_t> on_hand;
  std::vector<std::int64_t> reserved;
  std::vector<std::optional<std::string>> announced;
  for (const auto& [sku, stock] : changed) {
    skus.push_back(sku);
    on_hand.push_back(stock.on_hand);
    reserved.push_back(stock.reserved);
    announced.push_back(stock.announced ? std::optional{std::string{name(*stock.announced)}}
                                        : std::nullopt);
  }
  tx.queue(kSaveStock, skus, on_hand, reserved, announced);
}

void StockRepository::append(Transaction& tx, const std::vector<Movement>& movements) const {
  if (movements.empty()) return;
  std::vector<Uuid> ids;
  std::vector<std::string> skus;
  std::vector<std::int64_t> deltas;
  std::vector<std::string> kinds;
  std::vector<std::string> reasons;
  std::vector<std::optional<OrderId>> orders;
  for (const auto& movement : movements) {
    ids.push_back(ids_.next());
    skus.push_back(movement.sku);
    deltas.push_back(movement.delta);
    kinds.emplace_back(name(movement.kind));
    reasons.push_back(movement.reason);
    orders.push_back(movement.order);
  }
  tx.queue(kAppend, ids, skus, deltas, kinds, reasons, orders, clock_.now());
}

Task<std::optional<Stock>> StockRepository::find(Transaction& tx, const Sku& sku) const {
  const auto row = co_await tx.query_optional(kFind, sku);
  if (!row) co_return std::nullopt;
  co_return to_stock(*row);
}

Task<std::vector<std::pair<Sku, Stock>>> StockRepository::page(Transaction& tx,
                                                               const Filter& filter,
                                                               const Sku& past,
                                                               std::int64_t limit) const {
  std::optional<std::string> availability;
  if (filter.availability) availability = name(*filter.availability);
  std::vector<std::pair<Sku, Stock>> stock;
  for (const auto& row :
       co_await tx.query(kPage, past, filter.query, availability, filter.low, limit)) {
    stock.emplace_back(row.get<std::string>("sku"), to_stock(row));
  }
  co_return stock;
}

Task<std::vector<LedgerEntry>> StockRepository::movements(Transaction& tx, const Sku& sku,
                                                          std::optional<Uuid> before,
                                                          std::int64_t limit) const {
  std::vector<LedgerEntry> entries;
  for (const auto& row : co_await tx.query(kMovements, sku, before, limit)) {
    entries.push_back(to_entry(row));
  }
  co_return entries;
}

}  // namespace souk::inventory
