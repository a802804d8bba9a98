#include "internal/handler/messages.hpp"

#include <fmt/format.h>

#include "runtime/proto_values.hpp"

namespace souk::product {
namespace {

v1::Variant to_message(const Variant& variant) {
  v1::Variant message;
  message.set_sku(variant.sku);
  message.set_title(variant.title);
  message.mutable_options()->insert(variant.options.begin(), variant.options.end());
  *message.mutable_price() = rpc::to_proto(variant.price);
  message.set_availability(std::string{word(variant.availability)});
  return message;
}

v1::CategoryRef to_message(const CategoryRef& category) {
  v1::CategoryRef message;
  message.set_id(category.id.str());
  message.set_slug(category.slug);
  message.set_name(category.name);
  return message;
}

v1::Facet to_message(const Facet& facet) {
  v1::Facet message;
  message.set_name(facet.name);
  for (const auto& value : facet.values) {
    auto& added = *message.add_values();
    added.set_value(value.value);
    added.set_label(value.label);
    added.set_count(value.count);
  }
  return message;
}

v1::Category to_message(const CategoryNode& node) {
  auto message = souk::product::to_message(node.category);
  for (const auto& child : node.children) *message.add_children() = to_message(child);
  return message;
}

template <class Messages>
std::vector<Variant> read_variants(const Messages& messages) {
  std::vector<Variant> variants;
  for (int i = 0; i < messages.size(); ++i) {
    const v1::NewVariant& message = messages[i];
    variants.push_back(
        {.sku = message.sku(),
         .title = message.title(),
         .options = {message.options().begin(), message.options().end()},
         .price = rpc::from_proto(message.price(), fmt::format("variants[{}].price.currency", i))});
  }
  return variants;
}

template <class Messages>
std::vector<Image> read_images(const Messages& messages) {
  std::vector<Image> images;
  for (const v1::Image& message : messages) images.push_back({message.url(), message.alt()});
  return images;
}

}  // namespace

v1::Image to_message(const Image& image) {
  v1::Image message;
  message.set_url(image.url);
  message.set_alt(image.alt);
  message.set_id(image.id());
  message.set_width(image.width);
  message.set_height(image.height);
  for (const int width : image.widths) {
    auto& size = *message.add_sizes();
    size.set_url(image_file_url(message.id(), webp_name(width)));
    size.set_width(width);
  }
  return message;
}

v1::Product to_message(const Product& product) {
  v1::Product message;
  message.set_id(product.id.str());
  message.set_slug(product.slug);
  message.set_name(product.name);
  message.set_description(product.description);
  message.set_status(std::string{word(product.status)});
  for (const auto& category : product.categories) *message.add_categories() = to_message(category);
  for (const auto& image : product.images) *message.add_images() = to_message(image);
  for (const auto& variant : product.variants) *message.add_variants() = to_message(variant);
  *message.mutable_price() = rpc::to_proto(product.price());
  if (product.rating) message.set_rating(*product.rating);
  *message.mutable_created_at() = rpc::to_proto(product.created_at);
  *message.mutable_updated_at() = rpc::to_proto(product.updated_at);
  return message;
}

v1::ListProductsReply to_message(const CataloguePage& page) {
  v1::ListProductsReply reply;
  for (const auto& product : page.products) *reply.add_items() = to_message(product);
  reply.set_next_page_token(page.next_page_token);
  for (const auto& facet : page.facets) *reply.add_facets() = to_message(facet);
  return reply;
}

v1::Category to_message(const Category& category) {
  v1::Category message;
  message.set_id(category.id.str());
  message.set_slug(category.slug);
  message.set_name(category.name);
  return message;
}

v1::ListCategoriesReply to_message(const std::vector<CategoryNode>& trees) {
  v1::ListCategoriesReply reply;
  for (const auto& tree : trees) *reply.add_items() = to_message(tree);
  return reply;
}

v1::QuoteReply to_message(const std::vector<Quote>& quotes) {
  v1::QuoteReply reply;
  for (const auto& quote : quotes) {
    auto& item = *reply.add_items();
    item.set_sku(quote.sku);
    item.set_product_id(quote.product.str());
    item.set_name(quote.name);
    *item.mutable_price() = rpc::to_proto(quote.price);
    item.set_sellable(quote.sellable);
  }
  return reply;
}

NewProduct read(const v1::CreateProductRequest& request) {
  NewProduct product{.name = request.name(),
                     .description = request.description(),
                     .categories = {request.categories().begin(), request.categories().end()},
                     .variants = read_variants(request.variants()),
                     .images = read_images(request.images())};
  if (request.has_slug()) product.slug = request.slug();
  if (const auto status = parse_status(request.status())) product.status = *status;
  return product;
}

ProductChanges read(const v1::UpdateProductRequest& request) {
  ProductChanges changes{.categories = {request.categories().begin(), request.categories().end()},
                         .variants = read_variants(request.variants()),
                         .images = read_images(request.images())};
  if (request.has_name()) changes.name = request.name();
  if (request.has_slug()) changes.slug = request.slug();
  if (request.has_description()) changes.description = request.description();
  if (request.has_status()) changes.status = parse_status(request.status());
  return changes;
}

NewCategory read(const v1::CreateCategoryRequest& request) {
  NewCategory category{.name = request.name()};
  if (request.has_slug()) category.slug = request.slug();
  if (request.has_parent()) category.parent = request.parent();
  return category;
}

std::vector<ImportItem> read(const v1::ImportProductsRequest& request) {
  std::vector<ImportItem> items;
  for (int i = 0; i < request.products_size(); ++i) {
    const auto& message = request.products(i);
    items.push_back(
        {.slug = message.slug(),
         .name = message.name(),
         .sku = message.sku(),
         .price = rpc::from_proto(message.price(), fmt::format("products[{}].price.currency", i)),
         .categories = {message.categories().begin(), message.categories().end()}});
  }
  return items;
}

Criteria read_criteria(const v1::ListProductsRequest& request) {
  auto query = clean_query(request.query());
  const auto sort = choose_sort(request.sort(), query);
  Criteria criteria{.query = std::move(query), .category = request.category(), .sort = sort};
  if (request.has_min_price()) criteria.min_price = request.min_price();
  if (request.has_max_price()) criteria.max_price = request.max_price();
  if (request.has_in_stock()) criteria.in_stock = request.in_stock();
  return criteria;
}

PageWish read_page_wish(const v1::ListProductsRequest& request) {
  return {.size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize,
          .token = request.page_token(),
          .facets = request.facets()};
}

}  // namespace souk::product
