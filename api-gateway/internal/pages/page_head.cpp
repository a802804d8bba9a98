#include "internal/pages/page_head.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "runtime/proto_values.hpp"

namespace souk::gateway {
namespace {

using product::v1::Category;
using product::v1::Product;
using product::v1::Variant;

constexpr char kShop[] = "Souk";
/// What search engines and cards show of a description; the rest is cut off by them, in mid-word.
constexpr std::size_t kDescription = 160;
/// What a category's description names.
constexpr int kNamed = 4;

std::string escaped_html(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      default: html += c < ' ' && c >= 0 ? ' ' : c;
    }
  }
  return html;
}

/// At most kDescription bytes, cut between words.
std::string shortened(const std::string& text) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= kDescription) return text;
  const auto end = text.find_last_of(" \n", kDescription - kEllipsis.size());
  // Words without blanks (Japanese) may not be cut inside a character.
  auto cut = end == std::string::npos ? kDescription - kEllipsis.size() : end;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
  return text.substr(0, cut).append(kEllipsis);
}

std::string absolute(std::string_view shop_url, std::string_view url) {
  return url.starts_with('/') ? fmt::format("{}{}", shop_url, url) : std::string{url};
}

/// What the page will show and ask for as soon as its script runs, asked for beside the script.
std::string preloads(const Product& product) {
  auto links = fmt::format(
      "<link rel=\"preload\" href=\"/api/v1/products/{}\" as=\"fetch\" "
      "crossorigin=\"anonymous\" />\n",
      product.slug());
  if (product.images().empty()) return links;
  const auto& image = product.images(0);
  std::vector<std::string> sources;
  for (const auto& size : image.sizes())
    sources.push_back(fmt::format("{} {}w", size.url(), size.width()));
  // As the product page's <img> says it: what is fetched here must be what it takes.
  const auto which =
      sources.empty()
          ? fmt::format("href=\"{}\"", escaped_html(image.url()))
          : fmt::format("imagesrcset=\"{}\" imagesizes=\"(width &lt; 860px) 100vw, 560px\"",
                        escaped_html(fmt::format("{}", fmt::join(sources, ", "))));
  links += fmt::format("<link rel=\"preload\" {} as=\"image\" fetchpriority=\"high\" />\n", which);
  return links;
}

/// Programs that make cards of links draw no SVG: they get the shop's own picture.
std::string card_picture(std::string_view shop_url, std::string_view picture) {
  const bool drawable = !picture.empty() && !picture.ends_with(".svg");
  return absolute(shop_url, drawable ? picture : "/icons/card.png");
}

/// "19.99": schema.org wants a plain decimal.
std::string decimal(const common::v1::Money& money) {
  const auto text = rpc::from_proto(money).str();
  return text.substr(0, text.find(' '));
}

std::string_view schema_availability(const std::string& availability) {
  if (availability == "out_of_stock") return "https://schema.org/OutOfStock";
  if (availability == "low_stock") return "https://schema.org/LimitedAvailability";
  return "https://schema.org/InStock";
}

struct Head {
  std::string title;
  std::string description;
  std::string type;     ///< Open Graph's
  std::string url;      ///< the one address of the page, whatever was asked for
  std::string picture;  ///< for cards
  boost::json::array graph;
};

std::string write_head(const Head& head) {
  const auto title = escaped_html(fmt::format("{} · {}", head.title, kShop));
  const auto description = escaped_html(shortened(head.description));
  boost::json::object data{{"@context", "https://schema.org"}, {"@graph", head.graph}};
  auto json = boost::json::serialize(data);
  // "</script>" in a name would end the block.
  for (auto at = json.find('<'); at != std::string::npos; at = json.find('<', at))
    json.replace(at, 1, "\\u003c");
  return fmt::format(
      "<title>{0}</title>\n"
      "<meta name=\"description\" content=\"{1}\" />\n"
      "<link rel=\"canonical\" href=\"{2}\" />\n"
      "<meta property=\"og:site_name\" content=\"{3}\" />\n"
      "<meta property=\"og:type\" content=\"{4}\" />\n"
      "<meta property=\"og:title\" content=\"{5}\" />\n"
      "<meta property=\"og:description\" content=\"{1}\" />\n"
      "<meta property=\"og:url\" content=\"{2}\" />\n"
      "<meta property=\"og:image\" content=\"{6}\" />\n"
      "<meta name=\"twitter:card\" content=\"summary_large_image\" />\n"
      "<script type=\"application/ld+json\">{7}</script>\n",
      title, description, escaped_html(head.url), kShop, head.type, escaped_html(head.title),
      escaped_html(head.picture), json);
}

using Crumbs = std::vector<std::pair<std::string, std::string>>;  // name, address

boost::json::object breadcrumbs(const Crumbs& crumbs) {
  boost::json::array items;
  for (const auto& [name, url] : crumbs) {
    items.push_back({{"@type", "ListItem"},
                     {"position", static_cast<std::int64_t>(items.size() + 1)},
                     {"name", name},
                     {"item", url}});
  }
  return {{"@type", "BreadcrumbList"}, {"itemListElement", std::move(items)}};
}

boost::json::object offer(const Variant& variant, const std::string& url) {
  return {{"@type", "Offer"},
          {"sku", variant.sku()},
          {"url", fmt::format("{}?sku={}", url, variant.sku())},
          {"price", decimal(variant.price())},
          {"priceCurrency", variant.price().currency()},
          {"availability", schema_availability(variant.availability())}};
}

boost::json::object offers(const Product& product, const std::string& url) {
  const auto& variants = product.variants();
  if (variants.size() == 1) return offer(variants[0], url);
  boost::json::array all;
  for (const auto& variant : variants) all.push_back(offer(variant, url));
  const auto [low, high] = std::ranges::minmax_element(
      variants, {}, [](const Variant& variant) { return variant.price().amount(); });
  return {{"@type", "AggregateOffer"},
          {"offerCount", variants.size()},
          {"lowPrice", decimal(low->price())},
          {"highPrice", decimal(high->price())},
          {"priceCurrency", low->price().currency()},
          {"offers", std::move(all)}};
}

}  // namespace

std::string product_head(const Product& product, std::string_view shop_url) {
  const auto url = fmt::format("{}/p/{}", shop_url, product.slug());
  Crumbs crumbs{{kShop, fmt::format("{}/", shop_url)}};
  if (!product.categories().empty()) {
    const auto& category = product.categories(0);
    crumbs.emplace_back(category.name(), fmt::format("{}/c/{}", shop_url, category.slug()));
  }
  crumbs.emplace_back(product.name(), url);

  boost::json::object data{{"@type", "Product"},
                           {"name", product.name()},
                           {"description", product.description()},
                           {"url", url}};
  boost::json::array pictures;
  for (const auto& image : product.images()) pictures.emplace_back(absolute(shop_url, image.url()));
  if (!pictures.empty()) data["image"] = std::move(pictures);
  if (!product.variants().empty()) {
    data["sku"] = product.variants(0).sku();
    data["offers"] = offers(product, url);
  }
  return preloads(product) +
         write_head({.title = product.name(),
                     .description = product.description(),
                     .type = "product",
                     .url = url,
                     .picture = card_picture(
                         shop_url, product.images().empty() ? "" : product.images(0).url()),
                     .graph = {std::move(data), breadcrumbs(crumbs)}});
}

std::string category_head(const std::vector<const Category*>& trail,
                          const product::v1::ListProductsReply& shown, std::string_view shop_url) {
  const auto& category = *trail.back();
  const auto url = fmt::format("{}/c/{}", shop_url, category.slug());
  Crumbs crumbs{{kShop, fmt::format("{}/", shop_url)}};
  for (const auto* each : trail)
    crumbs.emplace_back(each->name(), fmt::format("{}/c/{}", shop_url, each->slug()));

  std::vector<std::string> names;
  boost::json::array items;
  std::string picture;
  for (const auto& product : shown.items()) {
    if (std::ssize(names) < kNamed) names.push_back(product.name());
    if (picture.empty() && !product.images().empty()) picture = product.images(0).url();
    items.push_back({{"@type", "ListItem"},
                     {"position", static_cast<std::int64_t>(items.size() + 1)},
                     {"name", product.name()},
                     {"url", fmt::format("{}/p/{}", shop_url, product.slug())}});
  }
  auto description = names.empty() ? fmt::format("{} at {}.", category.name(), kShop)
                                   : fmt::format("{} at {}: {} and more.", category.name(), kShop,
                                                 fmt::join(names, ", "));
  boost::json::object page{
      {"@type", "CollectionPage"},
      {"name", category.name()},
      {"url", url},
      {"mainEntity", {{"@type", "ItemList"}, {"itemListElement", std::move(items)}}}};
  return write_head({.title = category.name(),
                     .description = std::move(description),
                     .type = "website",
                     .url = url,
                     .picture = card_picture(shop_url, picture),
                     .graph = {std::move(page), breadcrumbs(crumbs)}});
}

std::vector<const Category*> trail_to(
    std::string_view slug, const google::protobuf::RepeatedPtrField<Category>& categories) {
  for (const auto& category : categories) {
    if (category.slug() == slug) return {&category};
    auto below = trail_to(slug, category.children());
    if (below.empty()) continue;
    below.insert(below.begin(), &category);
    return below;
  }
  return {};
}

std::string sitemap_entry(std::string_view path, std::string_view shop_url) {
  return fmt::format("<url><loc>{}{}</loc></url>\n", shop_url, escaped_html(path));
}

}  // namespace souk::gateway
