#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "apps/souk/online_retail/dataset.hpp"
#include "backend.hpp"

namespace souk::app {

struct CatalogueImport {
  int created = 0;   ///< products
  int existing = 0;  ///< left as they are
  int stocked = 0;   ///< articles that had no stock record; the others keep their count
};

/// What the replay of the file's baskets takes of each SKU, and a little more.
std::map<std::string, std::int64_t> units_to_stock(const online_retail::Dataset& dataset);

/// Makes what the shop lacks of the file's catalogue, by SKU: products in the category
/// "online-retail", and `stock` units of each, or else units_to_stock(). Can be repeated at any time.
CatalogueImport import_catalogue(Backend& backend, const online_retail::Dataset& dataset,
                                 std::optional<std::int64_t> stock);

}  // namespace souk::app
