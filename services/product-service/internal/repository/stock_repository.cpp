#include "internal/repository/stock_repository.hpp"

namespace souk::product::stock_repository {
namespace {

using database::Query;
using database::Transaction;

// Both lock in the order of the SKUs. The update that changes nothing is there for its row lock.
constexpr Query kLock{"stock_state.lock", R"(
  INSERT INTO stock_states AS s (sku) SELECT sku FROM unnest($1::text[]) AS u(sku) ORDER BY sku COLLATE "C"
  ON CONFLICT ON CONSTRAINT stock_states_pkey DO UPDATE SET state = s.state RETURNING sku, state)"};
constexpr Query kRecord{"stock_state.record", R"(
  INSERT INTO stock_states AS s (sku, state)
  SELECT sku, state FROM unnest($1::text[], $2::text[]) AS u(sku, state) ORDER BY sku COLLATE "C"
  ON CONFLICT ON CONSTRAINT stock_states_pkey DO UPDATE SET state = excluded.state
    WHERE s.state <> excluded.state
  RETURNING sku)"};

// Apart from the update: that has to see what those who held these locks before have committed.
constexpr Query kLockProducts{"product.lock_by_skus", R"(
  SELECT id FROM products WHERE id IN (SELECT product_id FROM variants WHERE sku = ANY($1))
  ORDER BY id FOR UPDATE)"};
constexpr Query kRefresh{"product.refresh_availability", R"(
  UPDATE products p SET availability = (
    SELECT s.state FROM variants v JOIN stock_states s ON s.tenant_id = v.tenant_id AND s.sku = v.sku
    WHERE v.product_id = p.id
    ORDER BY array_position(ARRAY['in_stock', 'low_stock', 'out_of_stock'], s.state) LIMIT 1)
  WHERE p.id = ANY($1) RETURNING p.id, p.slug)"};

}  // namespace

Task<States> lock(Transaction& tx, const std::vector<std::string>& skus) {
  const auto rows = co_await tx.query(kLock, skus);
  States states;
  for (const auto& row : rows) {
    states[row.get<std::string>("sku")] = parse_availability(row.get<std::string>("state")).value();
  }
  co_return states;
}

Task<std::vector<std::string>> record(Transaction& tx, const States& states) {
  std::vector<std::string> skus;
  std::vector<std::string> words;
  for (const auto& [sku, state] : states) {
    skus.push_back(sku);
    words.emplace_back(word(state));
  }
  const auto rows = co_await tx.query(kRecord, skus, words);
  std::vector<std::string> changed;
  for (const auto& row : rows) changed.push_back(row.get<std::string>("sku"));
  co_return changed;
}

Task<std::vector<ChangedProduct>> refresh_products(Transaction& tx,
                                                   const std::vector<std::string>& skus) {
  std::vector<ProductId> ids;
  const auto locked = co_await tx.query(kLockProducts, skus);
  for (const auto& row : locked) ids.push_back(row.get<ProductId>("id"));
  std::vector<ChangedProduct> changed;
  if (ids.empty()) co_return changed;
  const auto rows = co_await tx.query(kRefresh, ids);
  for (const auto& row : rows) {
    changed.push_back({row.get<ProductId>("id"), row.get<std::string>("slug")});
  }
  co_return changed;
}

}  // namespace souk::product::stock_repository
