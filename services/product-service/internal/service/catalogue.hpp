#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/category.hpp"
#include "internal/models/listing.hpp"
#include "runtime/call.hpp"
#include "runtime/page_token.hpp"

namespace souk::product {

struct PageWish {
  int size = runtime::kDefaultPageSize;
  std::string token = {};  ///< empty: the first page
  bool facets = false;
};

struct CataloguePage {
  std::vector<Product> products;
  std::string next_page_token;  ///< empty on the last page
  std::vector<Facet> facets;
};

/// What shoppers read. Owned by the module, on its loop.
class Catalogue {
 public:
  Catalogue(database::Database& database, runtime::PageTokens page_tokens)
      : database_(database), page_tokens_(std::move(page_tokens)) {}

  /// By id or slug. What is not active is there for staff alone: Error{not_found} for anyone else.
  Task<Product> get(const rpc::Call& call, const std::string& id_or_slug);

  /// Active products. An unknown category has none. Throws Error{malformed, "invalid_page_token"}.
  Task<CataloguePage> list(const rpc::Call& call, Criteria criteria, PageWish wish);

  /// Active products like this one, the nearest first. Throws as get does.
  Task<std::vector<Product>> related(const rpc::Call& call, const std::string& id_or_slug,
                                     int limit);

  Task<std::vector<CategoryNode>> categories(const rpc::Call& call);

 private:
  database::Database& database_;
  runtime::PageTokens page_tokens_;
};

}  // namespace souk::product
