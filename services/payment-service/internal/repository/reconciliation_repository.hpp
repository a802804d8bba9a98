#pragma once

#include "database/database.hpp"
#include "internal/models/reconciliation_run.hpp"

namespace souk::payment {

/// The table `reconciliations`. Owned by the module, on its loop.
class ReconciliationRepository {
 public:
  explicit ReconciliationRepository(database::Database& database) : database_(database) {}

  /// Begins one for the tenant; the one that runs already where there is one.
  Task<ReconciliationRun> begin(database::Transaction& tx, ReconciliationId id, Time now);
  /// Takes on one that nobody works on, of whatever tenant; nobody else does before `until`.
  Task<std::optional<ReconciliationRun>> take_due(database::Scope scope, Time now, Time until);
  /// What became of one that runs; or, where it still does, that it is anybody's at `next_check_at`.
  Task<> finish(const ReconciliationRun& run, database::Scope scope);
  Task<> put_back(const ReconciliationRun& run, database::Scope scope, Time next_check_at);
  /// Newest first, those before `below`.
  Task<std::vector<ReconciliationRun>> page(database::Scope scope,
                                            std::optional<ReconciliationId> below, int limit);

 private:
  database::Database& database_;
};

}  // namespace souk::payment
