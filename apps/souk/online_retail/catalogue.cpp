#include "apps/souk/online_retail/catalogue.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <utility>

#include "apps/souk/online_retail/stock_code.hpp"
#include "core/text.hpp"

namespace souk::online_retail {
namespace {

// What the shop's staff wrote into the description when they corrected the stock. All of it stands
// on lines without a price, which name nothing anyway; the list is the second fence.
constexpr std::array<std::string_view, 22> kRemarks{
    "adjustment", "amazon",   "broken",  "check",    "counted", "cracked",    "crushed", "damaged",
    "damages",    "display",  "dotcom",  "ebay",     "faulty",  "found",      "lost",    "missing",
    "nan",        "returned", "samples", "showroom", "test",    "thrown away"};

// Wholesale, retail and a mistyped price alternate on the same article. The price that is most
// frequent among the last few sales is the current one: an odd number of sales, few enough to
// follow a change of price within days, many enough to outvote a slip.
constexpr std::size_t kRecentSales = 9;

constexpr std::size_t kMaxNameLength = 200;  // product-service's limit; the longest here has 35
constexpr std::size_t kMaxSlugName = 80;     // keeps links readable, and with the SKU under 200

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Runs of white space and control characters become one space.
std::string tidy(std::string_view description) {
  std::string name;
  for (const char c : description) {
    const bool space = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!space)
      name += c;
    else if (!name.empty() && name.back() != ' ')
      name += ' ';
  }
  if (name.ends_with(' ')) name.pop_back();
  return name;
}

/// What product-service takes, and says what is sold.
bool is_name(const std::string& name) {
  return !is_remark(name) && name.size() <= kMaxNameLength && text::is_one_line(name);
}

/// Lower-case letters and digits with single hyphens between; anything else is a hyphen.
std::string slug_of(std::string_view text, std::size_t max_length) {
  std::string slug;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) != 0)
      slug += static_cast<char>(std::tolower(byte));
    else if (!slug.empty() && slug.back() != '-')
      slug += '-';
  }
  slug.resize(std::min(slug.size(), max_length));
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

/// "a-b" for the SKUs A_B and A-B alike: the later one gets a number.
std::string unique_slug(std::string slug, std::set<std::string>& taken) {
  auto candidate = slug;
  for (int number = 2; !taken.insert(candidate).second; ++number) {
    candidate = slug + "-" + std::to_string(number);
  }
  return candidate;
}

}  // namespace

bool is_remark(std::string_view description) {
  return description.empty() || description.starts_with('?') ||
         std::ranges::find(kRemarks, lower(description)) != kRemarks.end();
}

void Catalogue::add(const Line& line) {
  if (line.kind == InvoiceKind::adjustment || kind_of(line.stock_code) != CodeKind::goods) return;
  auto& article = articles_[line.stock_code];
  article.first_seen = std::min(article.first_seen, line.time);
  const bool sold = line.kind == InvoiceKind::sale && line.quantity > 0 &&
                    line.unit_price > Decimal{} && line.unit_price.is_whole_minor(kPence);
  if (!sold) return;
  article.sales.push_back({line.time, line.number, line.unit_price.to_minor(kPence)});
  auto name = tidy(line.description);
  if (is_name(name)) ++article.names[std::move(name)];
}

std::string Catalogue::name_of(const std::string& sku, const Article& article) {
  if (article.names.empty()) return "Article " + sku;
  const auto best = std::ranges::max_element(
      article.names, {}, [](const auto& name_and_count) { return name_and_count.second; });
  return best->first;
}

std::int64_t Catalogue::price_of(const Article& article) {
  auto sales = article.sales;
  std::ranges::sort(sales, std::ranges::greater{},
                    [](const Sale& sale) { return std::pair{sale.time, sale.line_number}; });
  sales.resize(std::min(sales.size(), kRecentSales));
  const auto times_charged = [&](const Sale& sale) {
    return std::ranges::count(sales, sale.price_minor, &Sale::price_minor);
  };
  // Of prices charged equally often the latest wins: max_element returns the first of equals.
  return std::ranges::max_element(sales, {}, times_charged)->price_minor;
}

std::vector<Product> Catalogue::finish() const {
  std::vector<Product> products;
  std::set<std::string> slugs;
  for (const auto& [sku, article] : articles_) {
    if (article.sales.empty()) continue;
    auto name = name_of(sku, article);
    auto slug = slug_of(slug_of(name, kMaxSlugName) + "-" + sku, std::string::npos);
    products.push_back({sku, std::move(name), unique_slug(std::move(slug), slugs),
                        price_of(article), article.first_seen});
  }
  return products;
}

}  // namespace souk::online_retail
