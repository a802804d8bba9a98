#include "apps/souk/import/catalogue_import.hpp"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "apps/souk/online_retail/baskets.hpp"
#include "apps/souk/online_retail/line.hpp"
#include "apps/souk/online_retail/progress.hpp"
#include "inventory/inventory.pb.h"
#include "product/product.pb.h"

namespace souk::app {
namespace {

using online_retail::Product;

constexpr char kCategory[] = "online-retail";

/// Small enough for the progress bar to move and for no other writer to wait, large enough that the
/// round trip does not count; both services take 1,000.
constexpr std::size_t kBatch = 250;

/// So that the shop is not sold out when the last basket of the file has been bought.
constexpr std::int64_t kSpareUnits = 100;

constexpr std::chrono::seconds kTimeout{60};

product::v1::ImportProductsRequest products_request(std::span<const Product> products) {
  product::v1::ImportProductsRequest request;
  for (const auto& product : products) {
    auto& added = *request.add_products();
    added.set_sku(product.sku);
    added.set_name(product.name);
    added.set_slug(product.slug);
    added.add_categories(kCategory);
    added.mutable_price()->set_amount(product.price_minor);
    added.mutable_price()->set_currency(online_retail::kCurrency);
  }
  return request;
}

inventory::v1::ImportStockRequest stock_request(std::span<const Product> products,
                                                const std::map<std::string, std::int64_t>& units) {
  inventory::v1::ImportStockRequest request;
  for (const auto& product : products) {
    auto& line = *request.add_lines();
    line.set_sku(product.sku);
    line.set_quantity(units.at(product.sku));
  }
  return request;
}

}  // namespace

std::map<std::string, std::int64_t> units_to_stock(const online_retail::Dataset& dataset) {
  std::map<std::string, std::int64_t> units;
  for (const auto& product : dataset.products) units[product.sku] = kSpareUnits;
  for (const auto& basket : online_retail::baskets_of(dataset.orders)) {
    for (const auto& item : basket.items) units[item.sku] += item.quantity;
  }
  return units;
}

CatalogueImport import_catalogue(Backend& backend, const online_retail::Dataset& dataset,
                                 std::optional<std::int64_t> stock) {
  auto units = units_to_stock(dataset);
  if (stock) std::ranges::for_each(units, [&](auto& entry) { entry.second = *stock; });

  CatalogueImport outcome;
  const std::span products{dataset.products};
  auto progress = online_retail::Progress::on_stderr("products", products.size());
  for (std::size_t done = 0; done < products.size(); done += kBatch) {
    progress.update(done);
    const auto batch = products.subspan(done, std::min(kBatch, products.size() - done));
    const auto made = backend.call<product::v1::ImportProductsReply>(
        "product-service", "souk.product.v1.ProductService", "ImportProducts",
        products_request(batch), kTimeout);
    outcome.created += made.created();
    outcome.existing += made.existing();
    outcome.stocked += backend
                           .call<inventory::v1::ImportStockReply>(
                               "inventory-service", "souk.inventory.v1.InventoryService",
                               "ImportStock", stock_request(batch, units), kTimeout)
                           .created();
  }
  progress.finish();
  return outcome;
}

}  // namespace souk::app
