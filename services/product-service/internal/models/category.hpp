#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/models/product.hpp"

namespace souk::product {

struct NewCategory {
  std::string name;
  std::optional<std::string> slug = {};    ///< derived from the name where absent
  std::optional<std::string> parent = {};  ///< a slug
};

struct Category {
  CategoryId id;
  std::optional<CategoryId> parent = {};
  std::string slug;
  std::string name;

  bool operator==(const Category&) const = default;
};

struct CategoryNode {
  Category category;
  std::vector<CategoryNode> children;
};

/// The trees that the categories make, siblings in the order given. One whose parent is not among them
/// is left out.
std::vector<CategoryNode> build_tree(const std::vector<Category>& categories);

}  // namespace souk::product
