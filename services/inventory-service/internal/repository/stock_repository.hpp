#pragma once

#include <optional>
#include <set>
#include <vector>

#include "database/database.hpp"
#include "internal/models/stock.hpp"

namespace souk::inventory {

/// The tables stock and movements. Owned by the module, on its loop.
class StockRepository {
 public:
  StockRepository(IdGenerator& ids, const Clock& clock) : ids_(ids), clock_(clock) {}

  static std::vector<database::ConstraintRule> constraints();

  /// Locks what is there of the SKUs, in their order, until the transaction ends.
  Task<StockBySku> lock(database::Transaction& tx, const std::set<Sku>& skus) const;

  /// Makes the records that are missing, with nothing on hand; gives back which.
  Task<std::set<Sku>> create(database::Transaction& tx, const std::set<Sku>& skus) const;

  /// Queues the new state of locked records.
  void save(database::Transaction& tx, const StockBySku& changed) const;

  /// Queues entries of the ledger, in their order.
  void append(database::Transaction& tx, const std::vector<Movement>& movements) const;

  Task<std::optional<Stock>> find(database::Transaction& tx, const Sku& sku) const;

  struct Filter {
    std::string query = {};                         ///< part of an SKU
    std::optional<Availability> availability = {};  ///< by `low`, as Stock::availability has it
    std::int64_t low = 0;
  };
  /// By SKU, those past one.
  Task<std::vector<std::pair<Sku, Stock>>> page(database::Transaction& tx, const Filter& filter,
                                                const Sku& past, std::int64_t limit) const;

  /// The newest first, those before `before`.
  Task<std::vector<LedgerEntry>> movements(database::Transaction& tx, const Sku& sku,
                                           std::optional<Uuid> before, std::int64_t limit) const;

 private:
  IdGenerator& ids_;
  const Clock& clock_;
};

}  // namespace souk::inventory
