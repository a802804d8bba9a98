#include "internal/models/category.hpp"

#include <map>

namespace souk::product {
namespace {

using ByParent = std::map<std::optional<CategoryId>, std::vector<const Category*>>;

std::vector<CategoryNode> children_of(const std::optional<CategoryId>& parent,
                                      const ByParent& by_parent) {
  std::vector<CategoryNode> nodes;
  const auto found = by_parent.find(parent);
  if (found == by_parent.end()) return nodes;
  for (const auto* category : found->second) {
    nodes.push_back({*category, children_of(category->id, by_parent)});
  }
  return nodes;
}

}  // namespace

std::vector<CategoryNode> build_tree(const std::vector<Category>& categories) {
  ByParent by_parent;
  for (const auto& category : categories) by_parent[category.parent].push_back(&category);
  return children_of(std::nullopt, by_parent);
}

}  // namespace souk::product
