#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/product.hpp"

/// The SQL of products as those see them who look after them: of every status. Stateless.
namespace souk::product::back_office_repository {

struct Filter {
  std::string query = {};  ///< part of a name, a slug or an SKU; empty: any
  std::string status = {};
  std::string category = {};  ///< a slug
  std::string availability = {};
};

/// Newest first, those below an id.
Task<std::vector<Product>> page(database::Database& database, database::Scope scope,
                                const Filter& filter, std::optional<ProductId> below, int limit);

/// Every product that has one of these slugs or SKUs.
Task<std::vector<Product>> by_slugs_or_skus(database::Database& database, database::Scope scope,
                                            const std::vector<std::string>& slugs,
                                            const std::vector<std::string>& skus);

/// Active ones that share a category with it, or a category above: the nearest category first, then what
/// is in stock, then by likeness of name and price.
Task<std::vector<Product>> related(database::Database& database, database::Scope scope,
                                   ProductId product, int limit);

}  // namespace souk::product::back_office_repository
