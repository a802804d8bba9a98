#include "internal/repository/import_repository.hpp"

namespace souk::product::import_repository {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kExistingSkus{"import.existing_skus",
                              "SELECT sku AS found FROM variants WHERE sku = ANY($1)"};
constexpr Query kTakenSlugs{"import.taken_slugs",
                            "SELECT slug AS found FROM products WHERE slug = ANY($1)"};

constexpr Query kInsertProducts{"import.products", R"(
  INSERT INTO products (id, slug, name, status, price_amount, price_currency, availability, skus,
                        created_at, updated_at)
  SELECT i.id, i.slug, i.name, 'active', i.amount, i.currency, i.availability, i.sku, $8, $8
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])
    AS i(id, slug, name, amount, currency, availability, sku))"};
constexpr Query kInsertVariants{"import.variants", R"(
  INSERT INTO variants (product_id, sku, price_amount, price_currency, position)
  SELECT i.id, i.sku, i.amount, i.currency, 1
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[]) AS i(id, sku, amount, currency))"};
constexpr Query kInsertCategories{"import.categories", R"(
  INSERT INTO product_categories (product_id, category_id, position)
  SELECT i.product_id, i.category_id, i.position
  FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS i(product_id, category_id, position))"};

Task<std::set<std::string>> found(Transaction& tx, Query query,
                                  const std::vector<std::string>& wanted) {
  const auto rows = co_await tx.query(query, wanted);
  std::set<std::string> found;
  for (const auto& row : rows) found.insert(row.get<std::string>("found"));
  co_return found;
}

void insert_categories(Transaction& tx, const std::vector<Product>& products) {
  std::vector<ProductId> ids;
  std::vector<CategoryId> categories;
  std::vector<std::int32_t> positions;
  for (const auto& product : products) {
    for (std::size_t i = 0; i < product.categories.size(); ++i) {
      ids.push_back(product.id);
      categories.push_back(product.categories[i].id);
      positions.push_back(static_cast<std::int32_t>(i + 1));
    }
  }
  if (!ids.empty()) tx.queue(kInsertCategories, ids, categories, positions);
}

}  // namespace

Task<std::set<std::string>> existing_skus(Transaction& tx, const std::vector<std::string>& skus) {
  return found(tx, kExistingSkus, skus);
}

Task<std::set<std::string>> taken_slugs(Transaction& tx, const std::vector<std::string>& slugs) {
  return found(tx, kTakenSlugs, slugs);
}

void insert(Transaction& tx, const std::vector<Product>& products) {
  std::vector<ProductId> ids;
  std::vector<std::string> slugs;
  std::vector<std::string> names;
  std::vector<std::int64_t> amounts;
  std::vector<std::string> currencies;
  std::vector<std::string> availabilities;
  std::vector<std::string> skus;
  for (const auto& product : products) {
    const auto price = product.price();
    ids.push_back(product.id);
    slugs.push_back(product.slug);
    names.push_back(product.name);
    amounts.push_back(price.amount_minor());
    currencies.emplace_back(price.currency().code());
    availabilities.emplace_back(word(product.availability()));
    skus.push_back(product.variants.front().sku);
  }
  tx.queue(kInsertProducts, ids, slugs, names, amounts, currencies, availabilities, skus,
           products.front().created_at);
  tx.queue(kInsertVariants, ids, skus, amounts, currencies);
  insert_categories(tx, products);
}

}  // namespace souk::product::import_repository
