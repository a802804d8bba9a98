#include "internal/repository/back_office_repository.hpp"

#include "internal/repository/product_rows.hpp"
#include "internal/repository/sql_join.hpp"

namespace souk::product::back_office_repository {
namespace {

using database::Query;

constexpr std::string_view kSelectColumns = "SELECT ";
constexpr std::string_view kPageTail = R"(
  FROM products p
  WHERE ($1 = '' OR strpos(lower(p.name || ' ' || p.slug || ' ' || p.skus), lower($1)) > 0)
    AND ($2 = '' OR p.status = $2)
    AND ($3 = '' OR p.id IN (SELECT pc.product_id FROM categories c
                             JOIN category_closure below ON below.ancestor_id = c.id
                             JOIN product_categories pc ON pc.category_id = below.descendant_id
                             WHERE c.slug = $3))
    AND ($4 = '' OR p.availability = $4)
    AND ($5::uuid IS NULL OR p.id < $5::uuid)
  ORDER BY p.id DESC LIMIT $6)";
constexpr std::string_view kNamedTail = R"(
  FROM products p
  WHERE p.slug = ANY($1::text[]) OR p.id IN (SELECT product_id FROM variants WHERE sku = ANY($2::text[]))
  ORDER BY p.id)";

// How far apart two products are: the steps up from both to the nearest category that holds both. The
// candidates are read by the index of product_categories.
constexpr std::string_view kRelatedHead = R"(
  WITH own AS MATERIALIZED (SELECT id, folded_name, price_amount, price_currency FROM products WHERE id = $1),
  above AS (
    SELECT up.ancestor_id, min(up.depth) AS depth
    FROM product_categories pc JOIN category_closure up ON up.descendant_id = pc.category_id
    WHERE pc.product_id = $1 GROUP BY up.ancestor_id),
  near AS (
    SELECT pc.product_id, min(above.depth + down.depth) AS steps
    FROM above JOIN category_closure down ON down.ancestor_id = above.ancestor_id
      JOIN product_categories pc ON pc.category_id = down.descendant_id
    WHERE pc.product_id <> $1 GROUP BY pc.product_id)
  SELECT )";
constexpr std::string_view kRelatedTail = R"(
  FROM near JOIN products p ON p.id = near.product_id CROSS JOIN own
  WHERE p.status = 'active'
  ORDER BY near.steps, p.availability = 'out_of_stock',
    similarity(p.folded_name, own.folded_name) + CASE
      WHEN p.price_currency = own.price_currency THEN
        (least(p.price_amount, own.price_amount) + 1)::float8 /
        (greatest(p.price_amount, own.price_amount) + 1)
      ELSE 0 END DESC, p.id DESC
  LIMIT $2)";

constexpr Query kPage{"product.back_office", join<kSelectColumns, kProductColumns, kPageTail>};
constexpr Query kNamed{"product.named", join<kSelectColumns, kProductColumns, kNamedTail>};
constexpr Query kRelated{"product.related", join<kRelatedHead, kProductColumns, kRelatedTail>};

std::vector<Product> read_products(const database::Rows& rows) {
  std::vector<Product> products;
  for (const auto& row : rows) products.push_back(read_product(row));
  return products;
}

}  // namespace

Task<std::vector<Product>> page(database::Database& database, database::Scope scope,
                                const Filter& filter, std::optional<ProductId> below, int limit) {
  co_return read_products(co_await database.query(scope, kPage, filter.query, filter.status,
                                                  filter.category, filter.availability, below,
                                                  limit));
}

Task<std::vector<Product>> by_slugs_or_skus(database::Database& database, database::Scope scope,
                                            const std::vector<std::string>& slugs,
                                            const std::vector<std::string>& skus) {
  co_return read_products(co_await database.query(scope, kNamed, slugs, skus));
}

Task<std::vector<Product>> related(database::Database& database, database::Scope scope,
                                   ProductId product, int limit) {
  co_return read_products(co_await database.query(scope, kRelated, product, limit));
}

}  // namespace souk::product::back_office_repository
