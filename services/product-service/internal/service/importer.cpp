#include "internal/service/importer.hpp"

#include <algorithm>
#include <set>

#include "internal/models/rules.hpp"
#include "internal/repository/category_repository.hpp"
#include "internal/repository/import_repository.hpp"
#include "internal/repository/stock_repository.hpp"
#include "internal/service/announce.hpp"

namespace souk::product {
namespace {

using database::Transaction;

/// The slug that was asked for, or that of the name, and where that is taken one that is nobody else's.
std::string free_slug(const ImportItem& item, ProductId id, std::set<std::string>& taken) {
  auto slug = item.slug.empty() ? slug_candidates(item.name, id.uuid()).front() : item.slug;
  if (taken.contains(slug)) slug = distinct_slug(slug, id.uuid());
  taken.insert(slug);
  return slug;
}

std::vector<CategoryRef> categories_of(const ImportItem& item,
                                       const std::vector<CategoryRef>& known) {
  std::vector<CategoryRef> categories;
  for (const auto& slug : item.categories) {
    const auto found = std::ranges::find(known, slug, &CategoryRef::slug);
    if (std::ranges::find(categories, *found) == categories.end()) categories.push_back(*found);
  }
  return categories;
}

/// The slugs that the items are to have if nobody else has them.
std::vector<std::string> wanted_slugs(const std::vector<const ImportItem*>& items) {
  std::vector<std::string> slugs;
  for (const auto* item : items) {
    slugs.push_back(item->slug.empty() ? slug_candidates(item->name, Uuid{}).front() : item->slug);
  }
  return slugs;
}

}  // namespace

Task<ImportCounts> Importer::run(const rpc::Call& call, std::vector<ImportItem> items) {
  check(items);
  if (items.empty()) co_return ImportCounts{};
  co_return co_await database_.transact(call.scope(),
                                        [&](Transaction& tx) { return run_in(tx, call, items); });
}

Task<ImportCounts> Importer::run_in(Transaction& tx, const rpc::Call& call,
                                    const std::vector<ImportItem>& items) {
  std::set<std::string> skus;
  for (const auto& item : items) skus.insert(item.sku);
  // The lock comes first: of two imports of the same SKUs one sees what the other has made.
  const std::vector<std::string> all{skus.begin(), skus.end()};
  const auto states = co_await stock_repository::lock(tx, all);
  auto seen = co_await import_repository::existing_skus(tx, all);
  std::vector<const ImportItem*> missing;
  for (const auto& item : items) {
    if (seen.insert(item.sku).second) missing.push_back(&item);
  }
  const ImportCounts counts{.created = static_cast<int>(missing.size()),
                            .existing = static_cast<int>(items.size() - missing.size())};
  if (missing.empty()) co_return counts;

  const auto categories = co_await ensure_categories(tx, call, missing);
  auto taken = co_await import_repository::taken_slugs(tx, wanted_slugs(missing));
  const auto now = clock_.now();
  std::vector<Product> products;
  for (const auto* item : missing) {
    const ProductId id{ids_.next()};
    products.push_back({.id = id,
                        .slug = free_slug(*item, id, taken),
                        .name = item->name,
                        .description = {},
                        .status = Status::active,
                        .categories = categories_of(*item, categories),
                        .images = {},
                        .variants = {{item->sku, {}, {}, item->price, states.at(item->sku)}},
                        .rating = std::nullopt,
                        .created_at = now,
                        .updated_at = now});
  }
  import_repository::insert(tx, products);
  for (const auto& product : products)
    announce_product(outbox_, tx, call, product.id, product.slug);
  co_return counts;
}

Task<std::vector<CategoryRef>> Importer::ensure_categories(
    Transaction& tx, const rpc::Call& call, const std::vector<const ImportItem*>& items) {
  std::set<std::string> slugs;
  for (const auto* item : items) slugs.insert(item->categories.begin(), item->categories.end());
  if (slugs.empty()) co_return std::vector<CategoryRef>{};
  std::vector<CategoryRef> wanted;
  for (const auto& slug : slugs)
    wanted.push_back({CategoryId{ids_.next()}, slug, name_from_slug(slug)});
  for (const auto id : co_await category_repository::insert_missing(tx, wanted, clock_.now())) {
    announce_category(outbox_, tx, call, id);
  }
  co_return co_await category_repository::by_slugs(tx, {slugs.begin(), slugs.end()});
}

}  // namespace souk::product
