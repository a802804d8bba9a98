#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database/rows.hpp"
#include "internal/models/product.hpp"

/// Between the rows of a product and the model.
namespace souk::product {

/// The columns of a whole product in one row of `products p`: its variants and categories as JSON.
inline constexpr std::string_view kProductColumns = R"(
  p.id, p.slug, p.name, p.description, p.status, p.images, p.rating::float8 AS rating,
  p.created_at, p.updated_at,
  (SELECT json_agg(json_build_object('sku', v.sku, 'title', v.title, 'options', v.options,
                                     'amount', v.price_amount, 'currency', v.price_currency,
                                     'state', coalesce(s.state, 'out_of_stock')) ORDER BY v.position)
   FROM variants v LEFT JOIN stock_states s ON s.tenant_id = v.tenant_id AND s.sku = v.sku
   WHERE v.product_id = p.id) AS variants,
  (SELECT json_agg(json_build_object('id', c.id, 'slug', c.slug, 'name', c.name) ORDER BY pc.position)
   FROM product_categories pc JOIN categories c ON c.id = pc.category_id
   WHERE pc.product_id = p.id) AS categories
)";

/// Reads those.
Product read_product(const database::Row& row);

std::string to_json(const std::vector<Image>& images);
std::string to_json(const std::map<std::string, std::string>& options);

/// All the SKUs as one text, for the search.
std::string sku_text(const std::vector<Variant>& variants);

}  // namespace souk::product
