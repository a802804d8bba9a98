#pragma once

#include <vector>

#include "core/clock.hpp"
#include "database/database.hpp"
#include "internal/models/product.hpp"
#include "messaging/outbox.hpp"
#include "runtime/call.hpp"

namespace souk::product {

struct ImportCounts {
  int created = 0;
  int existing = 0;
};

/// Creates many products at once: a handful of statements, whatever their number. Owned by the module,
/// on its loop.
class Importer {
 public:
  Importer(database::Database& database, messaging::Outbox& outbox, IdGenerator& ids,
           const Clock& clock)
      : database_(database), outbox_(outbox), ids_(ids), clock_(clock) {}

  /// What exists (by SKU) is left as it is, so the same import again creates nothing. A SKU that comes
  /// twice counts as existing the second time. Throws Error{validation}.
  Task<ImportCounts> run(const rpc::Call& call, std::vector<ImportItem> items);

 private:
  Task<ImportCounts> run_in(database::Transaction& tx, const rpc::Call& call,
                            const std::vector<ImportItem>& items);
  Task<std::vector<CategoryRef>> ensure_categories(database::Transaction& tx, const rpc::Call& call,
                                                   const std::vector<const ImportItem*>& items);

  database::Database& database_;
  messaging::Outbox& outbox_;
  IdGenerator& ids_;
  const Clock& clock_;
};

}  // namespace souk::product
