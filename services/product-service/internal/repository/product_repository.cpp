#include "internal/repository/product_repository.hpp"

#include "internal/repository/product_rows.hpp"
#include "internal/repository/sql_join.hpp"

namespace souk::product::product_repository {
namespace {

using database::Query;
using database::Transaction;

constexpr std::string_view kSelect = "SELECT ";
constexpr std::string_view kById = " FROM products p WHERE p.id = $1";
constexpr std::string_view kBySlug = " FROM products p WHERE p.slug = $1";

constexpr Query kFindById{"product.by_id", join<kSelect, kProductColumns, kById>};
constexpr Query kFindBySlug{"product.by_slug", join<kSelect, kProductColumns, kBySlug>};
// The product is read after this one, by a statement whose snapshot is younger than the lock.
constexpr Query kLock{"product.lock",
                      "SELECT id FROM products p WHERE p.id = $1::uuid OR p.slug = $2 FOR UPDATE"};

constexpr Query kInsert{"product.insert", R"(
  INSERT INTO products (id, slug, name, description, status, images, price_amount, price_currency,
                        availability, skus, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT ON CONSTRAINT products_slug_once DO NOTHING RETURNING id)"};
constexpr Query kUpdate{"product.update", R"(
  UPDATE products SET slug = $2, name = $3, description = $4, status = $5, images = $6, price_amount = $7,
    price_currency = $8, availability = $9, skus = $10, updated_at = $11
  WHERE id = $1)"};

constexpr Query kInsertVariants{"variant.insert", R"(
  INSERT INTO variants (product_id, sku, title, options, price_amount, price_currency, position)
  SELECT $1, v.sku, v.title, v.options, v.amount, v.currency, v.position
  FROM unnest($2::text[], $3::text[], $4::jsonb[], $5::bigint[], $6::text[]) WITH ORDINALITY
    AS v(sku, title, options, amount, currency, position)
  ON CONFLICT ON CONSTRAINT variants_sku_once DO NOTHING RETURNING sku)"};
constexpr Query kRemoveVariants{"variant.remove", "DELETE FROM variants WHERE product_id = $1"};

constexpr Query kRemoveCategories{"product.remove_categories",
                                  "DELETE FROM product_categories WHERE product_id = $1"};
constexpr Query kInsertCategories{"product.insert_categories", R"(
  INSERT INTO product_categories (product_id, category_id, position)
  SELECT $1, c.id, c.position FROM unnest($2::uuid[]) WITH ORDINALITY AS c(id, position))"};

// The checkout waits for this one: two index look-ups for each SKU.
constexpr Query kQuote{"product.quote", R"(
  SELECT v.sku, v.product_id, p.name, v.price_amount, v.price_currency, p.status = 'active' AS sellable
  FROM variants v JOIN products p ON p.id = v.product_id WHERE v.sku = ANY($1))"};

}  // namespace

std::vector<database::ConstraintRule> constraints() {
  return {{.constraint = "products_slug_once",
           .kind = Kind::conflict,
           .code = "slug_taken",
           .detail = "Another product has this slug.",
           .field = "slug"},
          {.constraint = "variants_sku_once",
           .kind = Kind::conflict,
           .code = "sku_taken",
           .detail = "Another product has one of these SKUs.",
           .field = "variants"}};
}

Task<std::optional<Product>> find(database::Database& database, database::Scope scope,
                                  std::string_view id_or_slug) {
  std::optional<database::Row> row;
  if (const auto id = Uuid::parse(id_or_slug)) {
    row = co_await database.query_optional(scope, kFindById, *id);
  } else {
    row = co_await database.query_optional(scope, kFindBySlug, id_or_slug);
  }
  if (!row) co_return std::nullopt;
  co_return read_product(*row);
}

Task<std::optional<Product>> find_for_update(Transaction& tx, std::string_view id_or_slug) {
  const auto locked = co_await tx.query_optional(kLock, Uuid::parse(id_or_slug), id_or_slug);
  if (!locked) co_return std::nullopt;
  co_return read_product(co_await tx.query_one(kFindById, locked->get<ProductId>("id")));
}

Task<bool> insert(Transaction& tx, const Product& product) {
  const auto price = product.price();
  const auto inserted =
      co_await tx.query(kInsert, product.id, product.slug, product.name, product.description,
                        word(product.status), to_json(product.images), price.amount_minor(),
                        price.currency().code(), word(product.availability()),
                        sku_text(product.variants), product.created_at, product.updated_at);
  co_return !inserted.empty();
}

void update(Transaction& tx, const Product& product) {
  const auto price = product.price();
  tx.queue(kUpdate, product.id, product.slug, product.name, product.description,
           word(product.status), to_json(product.images), price.amount_minor(),
           price.currency().code(), word(product.availability()), sku_text(product.variants),
           product.updated_at);
}

Task<std::vector<std::string>> insert_variants(Transaction& tx, const Product& product) {
  std::vector<std::string> skus;
  std::vector<std::string> titles;
  std::vector<std::string> options;
  std::vector<std::int64_t> amounts;
  std::vector<std::string> currencies;
  for (const auto& variant : product.variants) {
    skus.push_back(variant.sku);
    titles.push_back(variant.title);
    options.push_back(to_json(variant.options));
    amounts.push_back(variant.price.amount_minor());
    currencies.emplace_back(variant.price.currency().code());
  }
  const auto inserted =
      co_await tx.query(kInsertVariants, product.id, skus, titles, options, amounts, currencies);
  for (const auto& row : inserted) std::erase(skus, row.get<std::string>("sku"));
  co_return skus;
}

void remove_variants(Transaction& tx, ProductId product) { tx.queue(kRemoveVariants, product); }

void set_categories(Transaction& tx, const Product& product) {
  std::vector<CategoryId> categories;
  for (const auto& category : product.categories) categories.push_back(category.id);
  tx.queue(kRemoveCategories, product.id);
  tx.queue(kInsertCategories, product.id, categories);
}

Task<std::vector<Quote>> quote(database::Database& database, database::Scope scope,
                               const std::vector<std::string>& skus) {
  const auto rows = co_await database.query(scope, kQuote, skus);
  std::vector<Quote> quotes;
  for (const auto& row : rows) {
    quotes.push_back({.sku = row.get<std::string>("sku"),
                      .product = row.get<ProductId>("product_id"),
                      .name = row.get<std::string>("name"),
                      .price = {row.get<std::int64_t>("price_amount"),
                                Currency::from(row.get<std::string>("price_currency"))},
                      .sellable = row.get<bool>("sellable")});
  }
  co_return quotes;
}

}  // namespace souk::product::product_repository
