#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/models/catalogue_csv.hpp"
#include "internal/models/category.hpp"

namespace souk::product {

struct CellChange {
  std::string column;
  std::string before;
  std::string after;
};

/// What becomes of one line.
struct LineOutcome {
  enum class Action { unchanged, changed, created, failed };

  int line = 0;
  std::string sku;
  std::string slug;
  Action action = Action::unchanged;
  std::vector<CellChange> changes;
  std::vector<CellProblem> problems;
};

/// A product after the lines that are about it: those that are good have been worked in.
struct Merged {
  Product product;  ///< without id, slug and times where it is new
  bool is_new = false;
  bool differs = false;
  std::vector<LineOutcome> outcomes;  ///< one for each line, in their order
};

/// `known`: the product as it stands, or null. `lines`: with what is wrong with them so far; an SKU is no
/// other product's. `categories`: all there are. Pure.
Merged merge(const Product* known, const std::vector<const VariantLine*>& lines,
             const std::vector<CategoryRef>& categories);

}  // namespace souk::product
