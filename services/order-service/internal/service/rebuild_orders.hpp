#pragma once

#include "database/database.hpp"
#include "internal/repository/projection_repository.hpp"
#include "runtime/call.hpp"

namespace souk::order {

/// Folds every stream again and puts the projections right. The shop goes on meanwhile: a page of
/// orders is locked at a time. Owned by the module, on its loop.
class RebuildOrders {
 public:
  struct Report {
    std::int64_t orders = 0;
    std::int64_t differing = 0;  ///< projections that did not say what their stream says
  };

  /// Outlives the use case.
  explicit RebuildOrders(database::Database& database) : database_(database) {}

  /// `dry_run` only compares.
  Task<Report> run(const rpc::Call& call, bool dry_run);

 private:
  struct Page {
    std::vector<OrderId> ids;
    std::vector<Order> differing;
  };
  Task<Page> rebuild_page(database::Transaction& tx, OrderId after, bool dry_run);
  Task<std::int64_t> remove_orphans(database::Transaction& tx, bool dry_run);

  database::Database& database_;
};

}  // namespace souk::order
