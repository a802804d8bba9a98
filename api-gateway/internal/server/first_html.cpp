#include "internal/server/first_html.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "internal/pages/page_head.hpp"

namespace souk::gateway {
namespace {

constexpr std::string_view kProducts = "/p/";
constexpr std::string_view kCategories = "/c/";
constexpr char kListPath[] = "/api/v1/products";

/// As many as the page shows at first.
constexpr int kShown = 24;
constexpr int kLargestPage = 100;
/// What one sitemap may hold (sitemaps.org).
constexpr int kMostAddresses = 50'000;

/// What follows `prefix`, where that is one segment.
std::string slug_after(std::string_view prefix, std::string_view path) {
  if (!path.starts_with(prefix)) return {};
  const auto slug = path.substr(prefix.size());
  return slug.find('/') == std::string_view::npos ? std::string{slug} : std::string{};
}

void add_categories(const google::protobuf::RepeatedPtrField<product::v1::Category>& categories,
                    const std::string& shop_url, std::string& xml) {
  for (const auto& category : categories) {
    xml += sitemap_entry(fmt::format("{}{}", kCategories, category.slug()), shop_url);
    add_categories(category.children(), shop_url, xml);
  }
}

}  // namespace

FirstHtml::FirstHtml(const RouteTable& routes, std::string shop_url)
    : shop_url_(std::move(shop_url)),
      routes_(routes),
      categories_(*routes.find(http::Method::get, "/api/v1/categories").route),
      products_(*routes.find(http::Method::get, kListPath).route) {}

std::optional<Match> FirstHtml::match(const std::string& path) const {
  if (const auto slug = slug_after(kProducts, path); !slug.empty())
    return routes_.find(http::Method::get, fmt::format("{}/{}", kListPath, slug));
  if (is_sitemap(path) || !slug_after(kCategories, path).empty())
    return Match{.route = &products_, .path_values = {}};
  return std::nullopt;
}

Task<std::string> FirstHtml::make(std::string path, Match match, Ask ask) const {
  if (is_sitemap(path)) co_return co_await sitemap(std::move(ask));
  if (path.starts_with(kProducts)) co_return co_await product(std::move(match), std::move(ask));
  co_return co_await category(slug_after(kCategories, path), std::move(ask));
}

Task<std::string> FirstHtml::product(Match match, Ask ask) const {
  product::v1::GetProductRequest request;
  request.set_id(match.path_values.at("id"));
  product::v1::Product found;
  co_await ask(*match.route, request, found);
  co_return product_head(found, shop_url_);
}

Task<std::string> FirstHtml::category(std::string slug, Ask ask) const {
  product::v1::ListCategoriesReply categories;
  co_await ask(categories_, product::v1::ListCategoriesRequest{}, categories);
  const auto trail = trail_to(slug, categories.items());
  if (trail.empty()) throw not_found("category");
  product::v1::ListProductsRequest request;
  request.set_category(slug);
  request.set_sort("newest");
  request.set_page_size(kShown);
  product::v1::ListProductsReply shown;
  co_await ask(products_, request, shown);
  co_return category_head(trail, shown, shop_url_);
}

Task<std::string> FirstHtml::sitemap(Ask ask) const {
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  xml += sitemap_entry("/", shop_url_);
  product::v1::ListCategoriesReply categories;
  co_await ask(categories_, product::v1::ListCategoriesRequest{}, categories);
  add_categories(categories.items(), shop_url_, xml);
  product::v1::ListProductsRequest request;
  request.set_sort("newest");
  request.set_page_size(kLargestPage);
  for (int listed = 0; listed < kMostAddresses - kLargestPage; listed += kLargestPage) {
    product::v1::ListProductsReply page;
    co_await ask(products_, request, page);
    for (const auto& product : page.items())
      xml += sitemap_entry(fmt::format("{}{}", kProducts, product.slug()), shop_url_);
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  co_return xml + "</urlset>\n";
}

}  // namespace souk::gateway
