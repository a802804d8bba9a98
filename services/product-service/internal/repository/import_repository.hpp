#pragma once

#include <set>
#include <string>
#include <vector>

#include "database/transaction.hpp"
#include "internal/models/product.hpp"

/// The SQL of bulk imports. Stateless; the caller owns the transaction.
namespace souk::product::import_repository {

/// Those of the SKUs that are a variant's.
Task<std::set<std::string>> existing_skus(database::Transaction& tx,
                                          const std::vector<std::string>& skus);

/// Those of the slugs that are a product's.
Task<std::set<std::string>> taken_slugs(database::Transaction& tx,
                                        const std::vector<std::string>& slugs);

/// Queued: the products with their one variant each, and their categories.
void insert(database::Transaction& tx, const std::vector<Product>& products);

}  // namespace souk::product::import_repository
