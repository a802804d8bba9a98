#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace souk::app {

struct DemoVariant {
  std::string_view sku;
  std::string_view title;
  std::string_view option;  ///< "size=M"; empty without options
  std::int64_t price;       ///< minor units
  std::int64_t stock;
};

struct DemoProduct {
  std::string_view name;
  std::string_view description;
  std::string_view category;  ///< slug
  std::span<const DemoVariant> variants;
};

struct DemoCategory {
  std::string_view slug;
  std::string_view name;
  std::string_view parent;  ///< slug; empty at the top
};

std::span<const DemoCategory> demo_categories();
std::span<const DemoProduct> demo_products();

}  // namespace souk::app
