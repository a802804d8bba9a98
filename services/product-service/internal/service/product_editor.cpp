#include "internal/service/product_editor.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/error.hpp"
#include "internal/models/rules.hpp"
#include "internal/repository/category_repository.hpp"
#include "internal/repository/image_repository.hpp"
#include "internal/repository/product_repository.hpp"
#include "internal/repository/stock_repository.hpp"
#include "internal/service/announce.hpp"

namespace souk::product {
namespace {

using database::Transaction;

Error slug_taken(std::string_view whose) {
  return {Kind::conflict,
          "slug_taken",
          fmt::format("Another {} has this slug.", whose),
          {{"slug", "slug_taken", "is taken"}}};
}

/// The categories of these slugs, in their order, each once.
Task<std::vector<CategoryRef>> resolve(Transaction& tx, const std::vector<std::string>& slugs) {
  std::vector<CategoryRef> categories;
  if (slugs.empty()) co_return categories;
  const auto known = co_await category_repository::by_slugs(tx, slugs);
  std::vector<FieldError> problems;
  for (std::size_t i = 0; i < slugs.size(); ++i) {
    const auto found = std::ranges::find(known, slugs[i], &CategoryRef::slug);
    if (found == known.end()) {
      problems.push_back(
          {fmt::format("categories[{}]", i), "unknown_category", "there is no such category"});
    } else if (std::ranges::find(categories, *found) == categories.end()) {
      categories.push_back(*found);
    }
  }
  if (!problems.empty()) {
    throw Error{Kind::validation, "validation_failed", "A category does not exist.",
                std::move(problems)};
  }
  co_return categories;
}

/// Throws sku_taken where another product has one of the product's SKUs.
Task<> insert_variants(Transaction& tx, const Product& product) {
  const auto taken = co_await product_repository::insert_variants(tx, product);
  if (taken.empty()) co_return;
  std::vector<FieldError> problems;
  for (std::size_t i = 0; i < product.variants.size(); ++i) {
    if (std::ranges::find(taken, product.variants[i].sku) == taken.end()) continue;
    problems.push_back({fmt::format("variants[{}].sku", i), "sku_taken", "is another product's"});
  }
  throw Error{Kind::conflict, "sku_taken", "Another product has one of these SKUs.",
              std::move(problems)};
}

/// Locks the stock states of the variants and takes them over.
Task<> take_stock_states(Transaction& tx, std::vector<Variant>& variants) {
  std::vector<std::string> skus;
  for (const auto& variant : variants) skus.push_back(variant.sku);
  const auto states = co_await stock_repository::lock(tx, skus);
  for (auto& variant : variants) variant.availability = states.at(variant.sku);
}

/// What the service knows of those of the images that were uploaded.
Task<> fill_in(Transaction& tx, std::vector<Image>& images) {
  std::vector<std::string> ids;
  for (const auto& image : images) {
    if (auto id = uploaded_image_id(image.url)) ids.push_back(std::move(*id));
  }
  const auto known = co_await image_repository::lock(tx, ids);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto id = uploaded_image_id(images[i].url);
    if (!id) continue;
    const auto found = known.find(*id);
    if (found == known.end()) {
      throw invalid_field(fmt::format("images[{}].url", i), "unknown_image",
                          "no such picture was uploaded");
    }
    images[i] = uploaded_image(*id, images[i].alt, found->second);
  }
}

/// Under its own slug, or the first that is free.
Task<> insert_product(Transaction& tx, Product& product, const std::optional<std::string>& slug) {
  const auto candidates =
      slug ? std::vector{*slug} : slug_candidates(product.name, product.id.uuid());
  for (const auto& candidate : candidates) {
    product.slug = candidate;
    if (co_await product_repository::insert(tx, product)) co_return;
  }
  throw slug_taken("product");
}

/// What the changes make of the product; its categories and variants apart.
void apply(const ProductChanges& changes, Product& product) {
  if (changes.name) product.name = *changes.name;
  if (changes.slug) product.slug = *changes.slug;
  if (changes.description) product.description = *changes.description;
  if (changes.status) product.status = *changes.status;
  if (!changes.images.empty()) product.images = changes.images;
}

}  // namespace

Task<Product> ProductEditor::create(Transaction& tx, const rpc::Call& call, NewProduct wanted) {
  check(wanted);
  const auto now = clock_.now();
  Product product{.id = ProductId{ids_.next()},
                  .slug = {},
                  .name = std::move(wanted.name),
                  .description = std::move(wanted.description),
                  .status = wanted.status,
                  .categories = co_await resolve(tx, wanted.categories),
                  .images = std::move(wanted.images),
                  .variants = std::move(wanted.variants),
                  .rating = std::nullopt,
                  .created_at = now,
                  .updated_at = now};
  co_await take_stock_states(tx, product.variants);
  co_await fill_in(tx, product.images);
  co_await insert_product(tx, product, wanted.slug);
  co_await image_repository::set_shown(tx, product.id, product.images);
  co_await insert_variants(tx, product);
  product_repository::set_categories(tx, product);
  announce_product(outbox_, tx, call, product.id, product.slug);
  co_return product;
}

Task<Product> ProductEditor::update(const rpc::Call& call, std::string id_or_slug,
                                    ProductChanges changes) {
  co_return co_await database_.transact(
      call.scope(), [&](Transaction& tx) { return update(tx, call, id_or_slug, changes); });
}

Task<Product> ProductEditor::update(Transaction& tx, const rpc::Call& call,
                                    const std::string& id_or_slug, const ProductChanges& changes) {
  check(changes);
  auto variants = changes.variants;
  if (!variants.empty()) co_await take_stock_states(tx, variants);
  auto product = co_await product_repository::find_for_update(tx, id_or_slug);
  if (!product) throw not_found("product");
  const auto old_slug = product->slug;
  apply(changes, *product);
  product->updated_at = clock_.now();
  if (!changes.categories.empty()) {
    product->categories = co_await resolve(tx, changes.categories);
    product_repository::set_categories(tx, *product);
  }
  if (!variants.empty()) {
    product->variants = std::move(variants);
    product_repository::remove_variants(tx, product->id);
    co_await insert_variants(tx, *product);
  }
  if (!changes.images.empty()) {
    co_await fill_in(tx, product->images);
    co_await image_repository::set_shown(tx, product->id, product->images);
  }
  product_repository::update(tx, *product);
  announce_product(outbox_, tx, call, product->id, product->slug);
  // Pages that were asked for by the old slug are out of date as well.
  if (old_slug != product->slug) announce_product(outbox_, tx, call, product->id, old_slug);
  co_return std::move(*product);
}

Task<> ProductEditor::archive(const rpc::Call& call, std::string id_or_slug) {
  co_await database_.transact(call.scope(),
                              [&](Transaction& tx) { return archive_in(tx, call, id_or_slug); });
}

Task<> ProductEditor::archive_in(Transaction& tx, const rpc::Call& call,
                                 const std::string& id_or_slug) {
  auto product = co_await product_repository::find_for_update(tx, id_or_slug);
  if (!product) throw not_found("product");
  if (product->status == Status::archived) co_return;
  product->status = Status::archived;
  product->updated_at = clock_.now();
  product_repository::update(tx, *product);
  announce_product(outbox_, tx, call, product->id, product->slug);
}

Task<Category> ProductEditor::create_category(Transaction& tx, const rpc::Call& call,
                                              NewCategory wanted) {
  if (wanted.slug) check_slug(*wanted.slug);
  Category category{
      .id = CategoryId{ids_.next()}, .parent = {}, .slug = {}, .name = std::move(wanted.name)};
  if (wanted.parent) {
    const auto parents = co_await category_repository::by_slugs(tx, {*wanted.parent});
    if (parents.empty())
      throw invalid_field("parent", "unknown_category", "there is no such category");
    category.parent = parents.front().id;
  }
  const auto candidates =
      wanted.slug ? std::vector{*wanted.slug} : slug_candidates(category.name, category.id.uuid());
  for (const auto& candidate : candidates) {
    category.slug = candidate;
    if (!co_await category_repository::insert(tx, category, clock_.now())) continue;
    announce_category(outbox_, tx, call, category.id);
    co_return category;
  }
  throw slug_taken("category");
}

}  // namespace souk::product
