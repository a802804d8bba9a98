#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "database/database.hpp"
#include "internal/models/category.hpp"
#include "internal/models/product.hpp"
#include "messaging/outbox.hpp"
#include "runtime/call.hpp"

namespace souk::product {

/// What administrators do to the catalogue. Every change is published. Owned by the module, on its loop.
///
/// create() and create_category() work in the caller's transaction, which stores the reply for the
/// Idempotency-Key in the same commit.
class ProductEditor {
 public:
  ProductEditor(database::Database& database, messaging::Outbox& outbox, IdGenerator& ids,
                const Clock& clock)
      : database_(database), outbox_(outbox), ids_(ids), clock_(clock) {}

  /// Throws Error{validation} (see rules.hpp; `unknown_category`), Error{conflict} sku_taken or slug_taken.
  Task<Product> create(database::Transaction& tx, const rpc::Call& call, NewProduct wanted);

  /// By id or slug. Throws as create does, and Error{not_found}.
  Task<Product> update(const rpc::Call& call, std::string id_or_slug, ProductChanges changes);

  /// The same in the caller's transaction.
  Task<Product> update(database::Transaction& tx, const rpc::Call& call,
                       const std::string& id_or_slug, const ProductChanges& changes);

  /// Takes it off sale; once more does nothing. Throws Error{not_found}.
  Task<> archive(const rpc::Call& call, std::string id_or_slug);

  /// Throws Error{validation} (`unknown_category`, too deep), Error{conflict, slug_taken}.
  Task<Category> create_category(database::Transaction& tx, const rpc::Call& call,
                                 NewCategory wanted);

 private:
  Task<> archive_in(database::Transaction& tx, const rpc::Call& call,
                    const std::string& id_or_slug);

  database::Database& database_;
  messaging::Outbox& outbox_;
  IdGenerator& ids_;
  const Clock& clock_;
};

}  // namespace souk::product
