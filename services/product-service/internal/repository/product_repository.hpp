#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "database/database.hpp"
#include "internal/models/product.hpp"

/// The SQL of products and their variants. Stateless; the caller owns the transaction.
namespace souk::product::product_repository {

/// What the named constraints of products and variants mean to a client.
std::vector<database::ConstraintRule> constraints();

/// By id or slug, whatever its status.
Task<std::optional<Product>> find(database::Database& database, database::Scope scope,
                                  std::string_view id_or_slug);

/// The same with its row locked until the end of the transaction. A writer that also locks stock
/// states (stock_repository) has locked those before: in this order there is no deadlock.
Task<std::optional<Product>> find_for_update(database::Transaction& tx,
                                             std::string_view id_or_slug);

/// The product's own row. False, and nothing inserted, where its slug is taken.
Task<bool> insert(database::Transaction& tx, const Product& product);
/// Queued. A slug that is taken comes out as 409 slug_taken.
void update(database::Transaction& tx, const Product& product);

/// Inserts the product's variants; gives back which SKUs are another's (then the transaction is to fail).
Task<std::vector<std::string>> insert_variants(database::Transaction& tx, const Product& product);
void remove_variants(database::Transaction& tx, ProductId product);

/// The product is in these categories and no others.
void set_categories(database::Transaction& tx, const Product& product);

/// The known ones among the SKUs.
Task<std::vector<Quote>> quote(database::Database& database, database::Scope scope,
                               const std::vector<std::string>& skus);

}  // namespace souk::product::product_repository
