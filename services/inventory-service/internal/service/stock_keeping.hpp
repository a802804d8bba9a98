#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/service/warehouse.hpp"
#include "inventory/inventory.pb.h"
#include "runtime/call.hpp"

namespace souk::inventory {

/// What an administrator does with stock: look, count, correct, import. Each use case is one
/// transaction. Owned by the module, on its loop.
class StockKeeping {
 public:
  StockKeeping(database::Database& database, const StockRepository& repository,
               Warehouse& warehouse);

  /// Throws Error{not_found}.
  Task<Stock> get(const rpc::Call& call, const Sku& sku);

  /// Makes the record where there is none. Throws Error{conflict, "stock_below_reserved"}.
  Task<Stock> set(const rpc::Call& call, const Sku& sku, std::int64_t on_hand);

  /// Once per Idempotency-Key. Throws Error{not_found}, Error{conflict, "insufficient_stock"}.
  Task<v1::Stock> adjust(rpc::Call& call, const v1::AdjustStockRequest& request);

  /// By SKU, those past one; one more than `limit` where there are more.
  Task<std::vector<v1::Stock>> list(const rpc::Call& call, std::string query,
                                    std::optional<Availability> availability, Sku past,
                                    std::int64_t limit);

  /// The ledger of a SKU, newest first; one entry more than `limit` where there are more. Throws
  /// Error{not_found}.
  Task<std::vector<LedgerEntry>> movements(const rpc::Call& call, const Sku& sku,
                                           std::optional<Uuid> before, std::int64_t limit);

  /// Makes the records that are missing; says how many.
  Task<int> import(const rpc::Call& call, const Lines& counts);

  /// The public view of a record.
  v1::Stock view(const Sku& sku, const Stock& stock) const;

 private:
  Task<std::vector<v1::Stock>> list_in(database::Transaction& tx,
                                       const StockRepository::Filter& filter, const Sku& past,
                                       std::int64_t limit);
  Task<Stock> set_in(database::Transaction& tx, const rpc::Call& call, const Sku& sku,
                     std::int64_t on_hand);
  Task<v1::Stock> adjust_in(database::Transaction& tx, rpc::Call& call,
                            const v1::AdjustStockRequest& request);
  Task<int> import_in(database::Transaction& tx, const rpc::Call& call, const Lines& counts);
  Task<std::vector<LedgerEntry>> movements_in(database::Transaction& tx, const Sku& sku,
                                              std::optional<Uuid> before, std::int64_t limit);

  database::Database& database_;
  const StockRepository& repository_;
  Warehouse& warehouse_;
};

}  // namespace souk::inventory
