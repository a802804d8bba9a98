#include "internal/service/catalogue.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "internal/repository/back_office_repository.hpp"
#include "internal/repository/category_repository.hpp"
#include "internal/repository/listing_repository.hpp"
#include "internal/repository/product_repository.hpp"

namespace souk::product {
namespace {

std::optional<Position> start_of(const runtime::PageTokens& tokens, const std::string& list,
                                 const std::string& token) {
  const auto after = tokens.read(list, token);
  if (!after) return std::nullopt;
  return Position::from_token(*after);
}

}  // namespace

Task<Product> Catalogue::get(const rpc::Call& call, const std::string& id_or_slug) {
  // Ids are slugs too: lower-case letters, digits and '-'. Upper-case ids are ids all the same.
  if (!text::is_slug(text::to_lower(id_or_slug))) throw not_found("product");
  auto product = co_await product_repository::find(database_, call.scope(), id_or_slug);
  if (!product) throw not_found("product");
  if (product->status != Status::active && !call.identity.is_staff()) throw not_found("product");
  co_return std::move(*product);
}

Task<CataloguePage> Catalogue::list(const rpc::Call& call, Criteria criteria, PageWish wish) {
  CataloguePage reply;
  if (!criteria.category.empty() && !text::is_slug(criteria.category)) co_return reply;
  const auto list = fmt::format("products/{}/{}", call.identity.tenant.str(), criteria.key());
  const auto after = start_of(page_tokens_, list, wish.token);
  auto page =
      co_await listing_repository::page(database_, call.scope(), criteria, after, wish.size);
  if (wish.facets) {
    const auto matching = page.products.empty() ? Matching::automatic : page.matching;
    reply.facets = co_await listing_repository::facets(database_, call.scope(), criteria, matching);
  }
  if (page.next) reply.next_page_token = page_tokens_.make(list, page.next->to_token());
  reply.products = std::move(page.products);
  co_return reply;
}

Task<std::vector<Product>> Catalogue::related(const rpc::Call& call, const std::string& id_or_slug,
                                              int limit) {
  const auto product = co_await get(call, id_or_slug);
  co_return co_await back_office_repository::related(database_, call.scope(), product.id, limit);
}

Task<std::vector<CategoryNode>> Catalogue::categories(const rpc::Call& call) {
  co_return build_tree(co_await category_repository::all(database_, call.scope()));
}

}  // namespace souk::product
