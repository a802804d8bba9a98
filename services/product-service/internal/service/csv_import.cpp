#include "internal/service/csv_import.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "core/error.hpp"
#include "internal/repository/back_office_repository.hpp"
#include "internal/repository/category_repository.hpp"
#include "internal/repository/product_repository.hpp"
#include "internal/repository/stock_repository.hpp"

namespace souk::product {
namespace {

using Action = LineOutcome::Action;
using database::Transaction;

/// Products of one transaction: its commit is shared, and what it locks is let go soon.
constexpr std::size_t kChunk = 50;
/// Kept for what follows the last chunk.
constexpr std::chrono::milliseconds kReserve{1500};

const Product* find_by_slug(const std::vector<Product>& products, const std::string& slug) {
  const auto found = std::ranges::find(products, slug, &Product::slug);
  return found == products.end() ? nullptr : &*found;
}

std::map<std::string, const Product*> owners_of(const std::vector<Product>& products) {
  std::map<std::string, const Product*> owners;
  for (const auto& product : products) {
    for (const auto& variant : product.variants) owners[variant.sku] = &product;
  }
  return owners;
}

/// "variants[0].price" of the editor is no column; the words are for people anyway.
void fail_lines(Merged& merged, const CellProblem& problem) {
  for (auto& outcome : merged.outcomes) {
    if (outcome.action == Action::failed || outcome.action == Action::unchanged) continue;
    outcome.action = Action::failed;
    outcome.changes.clear();
    outcome.problems.push_back(problem);
  }
}

std::vector<std::string> slugs_of(const std::vector<CategoryRef>& categories) {
  std::vector<std::string> slugs;
  for (const auto& category : categories) slugs.push_back(category.slug);
  return slugs;
}

NewProduct as_new(const Product& product, std::optional<std::string> slug) {
  return {.name = product.name,
          .slug = std::move(slug),
          .description = product.description,
          .categories = slugs_of(product.categories),
          .variants = product.variants,
          .status = product.status};
}

ProductChanges as_changes(const Product& product) {
  return {.name = product.name,
          .description = product.description,
          .categories = slugs_of(product.categories),
          .variants = product.variants,
          .status = product.status};
}

std::vector<LineOutcome> in_order(std::vector<LineOutcome> outcomes) {
  std::ranges::sort(outcomes, {}, &LineOutcome::line);
  return outcomes;
}

}  // namespace

Task<std::vector<LineOutcome>> CsvImport::run(const rpc::Call& call, std::string csv,
                                              bool dry_run) {
  auto file = co_await plan(call, csv);
  if (!dry_run) co_await apply(call, file);
  std::vector<LineOutcome> outcomes;
  for (auto& group : file.groups)
    std::ranges::move(group.merged.outcomes, std::back_inserter(outcomes));
  co_return in_order(std::move(outcomes));
}

/// Which product each line is about, and what would become of it.
Task<CsvImport::File> CsvImport::plan(const rpc::Call& call, std::string_view csv) {
  File file{.lines = read_catalogue(csv), .categories = {}, .groups = {}};
  std::vector<std::string> slugs;
  std::vector<std::string> skus;
  for (const auto& line : file.lines) {
    if (line.slug) slugs.push_back(*line.slug);
    if (!line.sku.empty()) skus.push_back(line.sku);
  }
  const auto products =
      co_await back_office_repository::by_slugs_or_skus(database_, call.scope(), slugs, skus);
  for (const auto& each : co_await category_repository::all(database_, call.scope()))
    file.categories.push_back({each.id, each.slug, each.name});

  const auto owners = owners_of(products);
  std::map<std::string, std::size_t> groups;  // by slug; by "/" and SKU where there is none
  std::set<std::string> seen;
  for (auto& line : file.lines) {
    const auto owner = owners.find(line.sku);
    const auto* known = line.slug               ? find_by_slug(products, *line.slug)
                        : owner != owners.end() ? owner->second
                                                : nullptr;
    const bool others = owner != owners.end() && owner->second != known;
    if (!line.sku.empty() && (!seen.insert(line.sku).second || others))
      line.problems.push_back(
          CellProblem{"sku", "sku_taken", "is another product's, or stands here twice"});
    const auto name = known != nullptr ? known->slug : line.slug.value_or("/" + line.sku);
    const auto [at, fresh] = groups.emplace(name, file.groups.size());
    if (fresh) file.groups.emplace_back();
    auto& group = file.groups[at->second];
    if (fresh && known != nullptr) group.known = *known;
    group.lines.push_back(&line);
  }
  for (auto& group : file.groups)
    group.merged = merge(group.known ? &*group.known : nullptr, group.lines, file.categories);
  co_return file;
}

Task<> CsvImport::apply(const rpc::Call& call, File& file) {
  std::vector<Group*> due;
  for (auto& group : file.groups) {
    if (group.merged.differs) due.push_back(&group);
  }
  // Whoever locks several products does so in the order of their ids.
  std::ranges::sort(due, {}, [](const Group* group) {
    return group->known ? group->known->id.str() : std::string{"~"};
  });
  for (std::size_t at = 0; at < due.size(); at += kChunk) {
    const auto end = std::min(at + kChunk, due.size());
    const std::vector<Group*> chunk{due.begin() + static_cast<std::ptrdiff_t>(at),
                                    due.begin() + static_cast<std::ptrdiff_t>(end)};
    if (call.time_left() > kReserve) {
      co_await apply_all(call, file, chunk);
      continue;
    }
    for (auto* group : chunk)
      fail_lines(group->merged,
                 CellProblem{"", "not_reached", "there was no time left: send the file again"});
  }
}

/// Together; where that fails, each by itself, so that only the culprit stays undone.
Task<> CsvImport::apply_all(const rpc::Call& call, const File& file,
                            const std::vector<Group*>& groups) {
  std::string code;
  std::string message;
  try {
    co_await database_.transact(call.scope(),
                                [&](Transaction& tx) { return apply_in(tx, call, file, groups); });
    co_return;
  } catch (const Error& error) {
    if (error.kind == Kind::unavailable || error.kind == Kind::deadline_exceeded) throw;
    code = error.code;
    message = error.detail;
  }
  if (groups.size() == 1) {
    fail_lines(groups.front()->merged, CellProblem{"", code, message});
    co_return;
  }
  for (auto* group : groups) {
    const std::vector<Group*> alone{group};
    co_await apply_all(call, file, alone);
  }
}

Task<> CsvImport::apply_in(Transaction& tx, const rpc::Call& call, const File& file,
                           const std::vector<Group*>& groups) {
  // Stock states before products, as everywhere.
  std::set<std::string> skus;
  for (const auto* group : groups) {
    for (const auto& variant : group->merged.product.variants) skus.insert(variant.sku);
  }
  co_await stock_repository::lock(tx, {skus.begin(), skus.end()});
  for (auto* group : groups) co_await write(tx, call, file, *group);
}

/// What the plan has seen may have changed since: the lines are merged again, into the locked product.
Task<> CsvImport::write(Transaction& tx, const rpc::Call& call, const File& file, Group& group) {
  if (!group.known) {
    const auto created =
        co_await editor_.create(tx, call, as_new(group.merged.product, group.lines.front()->slug));
    for (auto& outcome : group.merged.outcomes) outcome.slug = created.slug;
    co_return;
  }
  const auto product = co_await product_repository::find_for_update(tx, group.known->id.str());
  if (!product) throw not_found("product");
  group.merged = merge(&*product, group.lines, file.categories);
  if (group.merged.differs)
    co_await editor_.update(tx, call, product->id.str(), as_changes(group.merged.product));
}

}  // namespace souk::product
