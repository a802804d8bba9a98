#pragma once

#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/category.hpp"

/// The SQL of categories. Stateless; the caller owns the transaction.
namespace souk::product::category_repository {

std::vector<database::ConstraintRule> constraints();

/// All of them, by name.
Task<std::vector<Category>> all(database::Database& database, database::Scope scope);

/// The known ones among the slugs.
Task<std::vector<CategoryRef>> by_slugs(database::Transaction& tx,
                                        const std::vector<std::string>& slugs);

/// False, and nothing inserted, where the slug is taken. Ten levels are the most there may be.
Task<bool> insert(database::Transaction& tx, const Category& category, Time now);

/// Those whose slug is not taken, at the top of the tree; gives back which they were.
Task<std::vector<CategoryId>> insert_missing(database::Transaction& tx,
                                             const std::vector<CategoryRef>& categories, Time now);

}  // namespace souk::product::category_repository
