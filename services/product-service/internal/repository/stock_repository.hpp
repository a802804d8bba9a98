#pragma once

#include <map>
#include <string>
#include <vector>

#include "database/transaction.hpp"
#include "internal/models/product.hpp"

/// The SQL of what inventory-service says of each SKU. Stateless; the caller owns the transaction.
namespace souk::product::stock_repository {

using States = std::map<std::string, Availability>;

/// The states of these SKUs, locked until the end of the transaction; SKUs of which nothing was said yet
/// are out of stock from now on. So who adds a variant and who changes its state wait for each other.
Task<States> lock(database::Transaction& tx, const std::vector<std::string>& skus);

/// Records the states; gives back the SKUs whose state that changed.
Task<std::vector<std::string>> record(database::Transaction& tx, const States& states);

struct ChangedProduct {
  ProductId id;
  std::string slug;
};

/// Works the states of these SKUs into the products that have them, and gives those back, locked.
Task<std::vector<ChangedProduct>> refresh_products(database::Transaction& tx,
                                                   const std::vector<std::string>& skus);

}  // namespace souk::product::stock_repository
