#include "internal/models/csv_merge.hpp"

#include <algorithm>
#include <map>

#include "internal/models/price_text.hpp"
#include "internal/models/rules.hpp"

namespace souk::product {
namespace {

using Action = LineOutcome::Action;

constexpr std::size_t kMaxVariants = 100;  // as in product.proto

/// One line after the other into one product. A line counts as a whole or not at all.
class Merger {
 public:
  Merger(const Product* known, const std::vector<CategoryRef>& categories)
      : categories_(categories) {
    merged_.is_new = known == nullptr;
    if (known != nullptr) merged_.product = *known;
  }

  void add(const VariantLine& line) {
    LineOutcome outcome{.line = line.line,
                        .sku = line.sku,
                        .slug = line.slug.value_or(merged_.product.slug),
                        .action = Action::unchanged,
                        .changes = {},
                        .problems = line.problems};
    auto product = merged_.product;
    auto settled = settled_;
    if (outcome.problems.empty()) apply(line, product, settled, outcome);
    if (!outcome.problems.empty()) {
      outcome.action = Action::failed;
      outcome.changes.clear();
    } else if (outcome.action != Action::unchanged || !outcome.changes.empty()) {
      if (outcome.action == Action::unchanged) outcome.action = Action::changed;
      merged_.differs = true;
      merged_.product = std::move(product);
      settled_ = std::move(settled);
    } else {
      settled_ = std::move(settled);
    }
    merged_.outcomes.push_back(std::move(outcome));
  }

  Merged take() { return std::move(merged_); }

 private:
  using Settled = std::map<std::string, std::string>;

  void apply(const VariantLine& line, Product& product, Settled& settled, LineOutcome& outcome) {
    const bool first = product.variants.empty();
    if (first && !line.name) return wrong(outcome, CellProblem{"name", "required", "is required"});
    set(outcome, settled, "name", product.name, line.name);
    set(outcome, settled, "description", product.description, line.description);
    status(line, product, settled, outcome);
    categories(line, product, settled, outcome);
    variant(line, product, outcome);
    if (first) outcome.action = Action::created;
  }

  /// A product's own cell: what one line of the file says another must not gainsay.
  void set(LineOutcome& outcome, Settled& settled, const std::string& column, std::string& field,
           const std::optional<std::string>& wanted) {
    if (!wanted) return;
    const auto [found, fresh] = settled.emplace(column, *wanted);
    if (found->second != *wanted)
      return wrong(outcome, CellProblem{column, "contradiction",
                                        "another line of this product says otherwise"});
    note(outcome, column, field, *wanted);
    field = *wanted;
  }

  void status(const VariantLine& line, Product& product, Settled& settled, LineOutcome& outcome) {
    if (!line.status) return;
    std::string text{word(product.status)};
    set(outcome, settled, "status", text, std::string{word(*line.status)});
    product.status = parse_status(text).value();
  }

  void categories(const VariantLine& line, Product& product, Settled& settled,
                  LineOutcome& outcome) {
    if (!line.categories) return;
    std::vector<CategoryRef> wanted;
    for (const auto& slug : *line.categories) {
      const auto found = std::ranges::find(categories_, slug, &CategoryRef::slug);
      if (found == categories_.end())
        return wrong(outcome,
                     CellProblem{"categories", "unknown_category", "there is no category " + slug});
      wanted.push_back(*found);
    }
    auto text = categories_cell(product.categories);
    set(outcome, settled, "categories", text, categories_cell(wanted));
    product.categories = std::move(wanted);
  }

  void variant(const VariantLine& line, Product& product, LineOutcome& outcome) {
    const auto found = std::ranges::find(product.variants, line.sku, &Variant::sku);
    const bool is_new = found == product.variants.end();
    if (is_new && product.variants.size() >= kMaxVariants)
      return wrong(outcome, CellProblem{"sku", "too_many", "a product has at most 100 variants"});
    const auto currency = currency_of(line, product, outcome);
    if (!currency) return;
    const auto price = price_of(line, *currency, is_new ? nullptr : &*found, outcome);
    if (!price) return;
    if (is_new) {
      product.variants.push_back({.sku = line.sku,
                                  .title = line.title.value_or(""),
                                  .options = line.options.value_or(decltype(Variant::options){}),
                                  .price = *price});
      outcome.action = Action::created;
      return;
    }
    if (line.title) note(outcome, "title", found->title, *line.title);
    if (line.title) found->title = *line.title;
    if (line.options)
      note(outcome, "options", options_cell(found->options), options_cell(*line.options));
    if (line.options) found->options = *line.options;
    note(outcome, "price", plain_price(found->price), plain_price(*price));
    found->price = *price;
  }

  /// The product's own, or that of its first line.
  static std::optional<Currency> currency_of(const VariantLine& line, const Product& product,
                                             LineOutcome& outcome) {
    if (product.variants.empty()) {
      if (!line.currency) wrong(outcome, CellProblem{"currency", "required", "is required"});
      return line.currency;
    }
    const auto own = product.variants.front().price.currency();
    if (line.currency && *line.currency != own) {
      wrong(outcome, CellProblem{"currency", "mixed_currency",
                                 "must be the currency of the other variants"});
      return std::nullopt;
    }
    return own;
  }

  static std::optional<Money> price_of(const VariantLine& line, Currency currency,
                                       const Variant* known, LineOutcome& outcome) {
    if (!line.price) {
      if (known != nullptr) return known->price;
      wrong(outcome, CellProblem{"price", "required", "is required"});
      return std::nullopt;
    }
    const auto price = parse_price(*line.price, currency);
    if (!price || !is_price(*price)) {
      wrong(outcome, CellProblem{"price", "invalid_format", "must be an amount like 19.99"});
      return std::nullopt;
    }
    return price;
  }

  static void wrong(LineOutcome& outcome, CellProblem problem) {
    outcome.problems.push_back(std::move(problem));
  }

  void note(LineOutcome& outcome, std::string column, const std::string& before,
            const std::string& after) const {
    const bool shown = !merged_.is_new && before != after;
    if (shown) outcome.changes.push_back({std::move(column), before, after});
  }

  const std::vector<CategoryRef>& categories_;
  Settled settled_;  ///< what the file has said of the product so far
  Merged merged_;
};

}  // namespace

Merged merge(const Product* known, const std::vector<const VariantLine*>& lines,
             const std::vector<CategoryRef>& categories) {
  Merger merger{known, categories};
  for (const auto* line : lines) merger.add(*line);
  return merger.take();
}

}  // namespace souk::product
