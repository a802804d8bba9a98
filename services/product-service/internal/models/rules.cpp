#include "internal/models/rules.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"

namespace souk::product {
namespace {

constexpr std::size_t kMaxOptions = 10;       // as in product.proto
constexpr std::size_t kMaxOptionName = 50;    // "Size", "Colour"
constexpr std::size_t kMaxOptionValue = 100;  // "Midnight blue"
constexpr std::size_t kMaxName = 200;         // as in product.proto
/// The largest order there is (100 lines of 100,000 units) still fits 64 bits.
constexpr std::int64_t kMaxPriceMinor = 900'000'000'000;
constexpr std::string_view kExportPath = "export";  // GET /products/export is no product
constexpr int kNumberedSlugs = 5;  // then a number tells as little as a part of the id

class Problems {
 public:
  void add(std::string field, std::string code, std::string message) {
    list_.push_back({std::move(field), std::move(code), std::move(message)});
  }
  void require(bool holds, std::string field, std::string code, std::string message) {
    if (!holds) add(std::move(field), std::move(code), std::move(message));
  }
  void throw_if_any() {
    if (list_.empty()) return;
    auto detail = fmt::format("{}: {}", list_.front().field, list_.front().message);
    throw Error{Kind::validation, "validation_failed", std::move(detail), std::move(list_)};
  }

 private:
  std::vector<FieldError> list_;
};

/// PostgreSQL's text holds any character but this one.
bool has_nul(std::string_view text) { return text.contains('\0'); }

void check_description(const std::string& description, Problems& problems) {
  problems.require(!has_nul(description), "description", "invalid_format", "must not hold U+0000");
}

void check_slug(const std::string& slug, const std::string& field, Problems& problems) {
  problems.require(may_be_slug(slug), field, "invalid_format",
                   "must not be a UUID or a word of the API");
}

bool is_option_text(const std::string& name, const std::string& value) {
  return !name.empty() && text::is_one_line(name) && text::is_one_line(value);
}

bool is_option_length(const std::string& name, const std::string& value) {
  return text::code_points(name) <= kMaxOptionName && text::code_points(value) <= kMaxOptionValue;
}

void check_options(const Variant& variant, const std::string& field, Problems& problems) {
  for (const auto& [name, value] : variant.options) {
    problems.require(is_option_text(name, value), field, "invalid_format",
                     "must be names and values without control characters");
    problems.require(is_option_length(name, value), field, "too_long",
                     fmt::format("names have at most {} characters, values {}", kMaxOptionName,
                                 kMaxOptionValue));
  }
}

void check_price(const Money& price, const std::string& field, Problems& problems) {
  problems.require(price.amount_minor() >= 0, field + ".amount", "too_small", "must be at least 0");
  problems.require(price.amount_minor() <= kMaxPriceMinor, field + ".amount", "too_large",
                   fmt::format("must be at most {}", kMaxPriceMinor));
}

void check_variants(const std::vector<Variant>& variants, Problems& problems) {
  std::set<std::string_view> skus;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    const auto& variant = variants[i];
    const auto field = fmt::format("variants[{}]", i);
    check_price(variant.price, field + ".price", problems);
    problems.require(skus.insert(variant.sku).second, field + ".sku", "duplicate_sku",
                     "stands here twice");
    problems.require(variant.price.currency() == variants.front().price.currency(),
                     field + ".price.currency", "mixed_currency",
                     "must be the currency of the other variants");
    check_options(variant, field + ".options", problems);
  }
}

/// What a page may load an image from: the web, or this site. Keeps out "javascript:" and its kin.
bool is_image_url(std::string_view url) {
  const auto plain = text::is_one_line(url) && !url.contains(' ');
  const auto local = url.starts_with('/') && !url.starts_with("//");
  return plain && (local || url.starts_with("https://") || url.starts_with("http://"));
}

void check_images(const std::vector<Image>& images, Problems& problems) {
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto field = fmt::format("images[{}]", i);
    problems.require(is_image_url(images[i].url), field + ".url", "invalid_format",
                     "must be an http or https URL, or a path of this site");
    problems.require(!has_nul(images[i].alt), field + ".alt", "invalid_format",
                     "must not hold U+0000");
  }
}

void check_item(const ImportItem& item, const std::string& field, Problems& problems) {
  problems.require(text::is_sku(item.sku), field + ".sku", "invalid_format",
                   "must be 1 to 64 letters, digits, '.', '_' or '-'");
  problems.require(!item.name.empty(), field + ".name", "required", "is required");
  problems.require(text::code_points(item.name) <= kMaxName, field + ".name", "too_long",
                   fmt::format("must have at most {} characters", kMaxName));
  problems.require(text::is_one_line(item.name), field + ".name", "invalid_format",
                   "must be free of control characters");
  problems.require(item.slug.empty() || (text::is_slug(item.slug) && may_be_slug(item.slug)),
                   field + ".slug", "invalid_format",
                   "must be lower-case letters and digits joined by '-'");
  check_price(item.price, field + ".price", problems);
  for (std::size_t i = 0; i < item.categories.size(); ++i) {
    problems.require(text::is_slug(item.categories[i]), fmt::format("{}.categories[{}]", field, i),
                     "invalid_format", "must be lower-case letters and digits joined by '-'");
  }
}

}  // namespace

bool may_be_slug(const std::string& slug) { return !Uuid::parse(slug) && slug != kExportPath; }

bool are_options(const std::map<std::string, std::string>& options) {
  return options.size() <= kMaxOptions && std::ranges::all_of(options, [](const auto& option) {
           const auto& [name, value] = option;
           return is_option_text(name, value) && is_option_length(name, value);
         });
}

bool is_price(const Money& price) {
  return price.amount_minor() >= 0 && price.amount_minor() <= kMaxPriceMinor;
}

void check(const NewProduct& product) {
  Problems problems;
  if (product.slug) check_slug(*product.slug, "slug", problems);
  check_description(product.description, problems);
  check_variants(product.variants, problems);
  check_images(product.images, problems);
  problems.throw_if_any();
}

void check(const ProductChanges& changes) {
  Problems problems;
  if (changes.slug) check_slug(*changes.slug, "slug", problems);
  if (changes.description) check_description(*changes.description, problems);
  check_variants(changes.variants, problems);
  check_images(changes.images, problems);
  problems.throw_if_any();
}

void check(const std::vector<ImportItem>& items) {
  Problems problems;
  for (std::size_t i = 0; i < items.size(); ++i) {
    check_item(items[i], fmt::format("products[{}]", i), problems);
  }
  problems.throw_if_any();
}

void check_slug(const std::string& slug) {
  Problems problems;
  check_slug(slug, "slug", problems);
  problems.throw_if_any();
}

std::vector<std::string> slug_candidates(std::string_view name, const Uuid& id) {
  auto base = text::slugify(name);
  if (!may_be_slug(base)) base = "item-" + base;
  std::vector<std::string> candidates{base};
  for (int n = 2; n <= kNumberedSlugs; ++n) candidates.push_back(fmt::format("{}-{}", base, n));
  candidates.push_back(distinct_slug(base, id));
  return candidates;
}

std::string distinct_slug(std::string_view slug, const Uuid& id) {
  constexpr std::size_t kTail = 12;  // the random end of a UUIDv7: 48 bits
  const auto text = id.str();
  // A slug has at most 200 characters.
  return fmt::format("{}-{}", slug.substr(0, 200 - kTail - 1), text.substr(text.size() - kTail));
}

std::string name_from_slug(std::string_view slug) {
  std::string name;
  bool begins = true;
  for (const char c : slug) {
    const bool lower = c >= 'a' && c <= 'z';
    name += c == '-' ? ' ' : begins && lower ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == '-';
  }
  return name;
}

}  // namespace souk::product
