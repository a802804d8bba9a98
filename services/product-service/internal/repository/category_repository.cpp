#include "internal/repository/category_repository.hpp"

namespace souk::product::category_repository {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kAll{"category.all",
                     "SELECT id, parent_id, slug, name FROM categories ORDER BY lower(name), id"};
constexpr Query kBySlugs{"category.by_slugs",
                         "SELECT id, slug, name FROM categories WHERE slug = ANY($1)"};
constexpr Query kInsert{"category.insert", R"(
  INSERT INTO categories (id, parent_id, slug, name, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT ON CONSTRAINT categories_slug_once DO NOTHING RETURNING id)"};
constexpr Query kInsertMissing{"category.insert_missing", R"(
  INSERT INTO categories (id, slug, name, created_at)
  SELECT c.id, c.slug, c.name, $4 FROM unnest($1::uuid[], $2::text[], $3::text[]) AS c(id, slug, name)
  ORDER BY c.slug
  ON CONFLICT ON CONSTRAINT categories_slug_once DO NOTHING RETURNING id)"};
constexpr Query kInsertClosure{"category.insert_closure", R"(
  INSERT INTO category_closure (ancestor_id, descendant_id, depth)
  SELECT id, id, 0 FROM unnest($1::uuid[]) AS c(id)
  UNION ALL
  SELECT above.ancestor_id, c.id, above.depth + 1
  FROM categories c JOIN category_closure above ON above.descendant_id = c.parent_id
  WHERE c.id = ANY($1))"};

}  // namespace

std::vector<database::ConstraintRule> constraints() {
  return {{.constraint = "categories_slug_once",
           .kind = Kind::conflict,
           .code = "slug_taken",
           .detail = "Another category has this slug.",
           .field = "slug"},
          {.constraint = "category_closure_depth",
           .kind = Kind::validation,
           .code = "validation_failed",
           .detail = "Categories nest ten levels deep at most.",
           .field = "parent"}};
}

Task<std::vector<Category>> all(database::Database& database, database::Scope scope) {
  const auto rows = co_await database.query(scope, kAll);
  std::vector<Category> categories;
  for (const auto& row : rows) {
    categories.push_back({.id = row.get<CategoryId>("id"),
                          .parent = row.get<std::optional<CategoryId>>("parent_id"),
                          .slug = row.get<std::string>("slug"),
                          .name = row.get<std::string>("name")});
  }
  co_return categories;
}

Task<std::vector<CategoryRef>> by_slugs(Transaction& tx, const std::vector<std::string>& slugs) {
  const auto rows = co_await tx.query(kBySlugs, slugs);
  std::vector<CategoryRef> categories;
  for (const auto& row : rows) {
    categories.push_back({.id = row.get<CategoryId>("id"),
                          .slug = row.get<std::string>("slug"),
                          .name = row.get<std::string>("name")});
  }
  co_return categories;
}

Task<bool> insert(Transaction& tx, const Category& category, Time now) {
  const auto inserted =
      co_await tx.query(kInsert, category.id, category.parent, category.slug, category.name, now);
  if (inserted.empty()) co_return false;
  co_await tx.query(kInsertClosure, std::vector{category.id});
  co_return true;
}

Task<std::vector<CategoryId>> insert_missing(Transaction& tx,
                                             const std::vector<CategoryRef>& categories, Time now) {
  std::vector<CategoryId> ids;
  std::vector<std::string> slugs;
  std::vector<std::string> names;
  for (const auto& category : categories) {
    ids.push_back(category.id);
    slugs.push_back(category.slug);
    names.push_back(category.name);
  }
  const auto rows = co_await tx.query(kInsertMissing, ids, slugs, names, now);
  std::vector<CategoryId> inserted;
  for (const auto& row : rows) inserted.push_back(row.get<CategoryId>("id"));
  if (!inserted.empty()) tx.queue(kInsertClosure, inserted);
  co_return inserted;
}

}  // namespace souk::product::category_repository
