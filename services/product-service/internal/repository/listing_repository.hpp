#pragma once

#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/listing.hpp"

/// The SQL of lists, searches and facets. Stateless. Active products only.
namespace souk::product::listing_repository {

/// The `size` products after a position (at the beginning without one).
Task<ListedPage> page(database::Database& database, database::Scope scope, const Criteria& criteria,
                      const std::optional<Position>& after, int size);

/// Counts over all the products of the list: by category (subcategories included), price band,
/// availability. `matching`: as the page was found.
Task<std::vector<Facet>> facets(database::Database& database, database::Scope scope,
                                const Criteria& criteria, Matching matching);

}  // namespace souk::product::listing_repository
