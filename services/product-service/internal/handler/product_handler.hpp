#pragma once

#include <string>

#include "internal/service/catalogue.hpp"
#include "internal/service/importer.hpp"
#include "internal/service/product_editor.hpp"
#include "internal/service/quotes.hpp"
#include "product/product.pb.h"
#include "runtime/rpc_service.hpp"

namespace souk::product {

/// Proto in, proto out. Owned by the module, on its loop.
class ProductHandler {
 public:
  struct UseCases {
    Catalogue& catalogue;
    ProductEditor& editor;
    Importer& importer;
    Quotes& quotes;
  };

  /// Binds the methods of `service`.
  ProductHandler(rpc::Service& service, database::Database& database, UseCases use_cases);

 private:
  Task<v1::ListProductsReply> list(rpc::Call& call, const v1::ListProductsRequest& request);
  Task<v1::Product> get(rpc::Call& call, const v1::GetProductRequest& request);
  Task<v1::ListRelatedReply> related(rpc::Call& call, const v1::ListRelatedRequest& request);
  Task<v1::Product> create(rpc::Call& call, const v1::CreateProductRequest& request);
  Task<v1::Product> update(rpc::Call& call, const v1::UpdateProductRequest& request);
  Task<common::v1::Nothing> archive(rpc::Call& call, const v1::ArchiveProductRequest& request);
  Task<v1::ListCategoriesReply> list_categories(rpc::Call& call,
                                                const v1::ListCategoriesRequest& request);
  Task<v1::Category> create_category(rpc::Call& call, const v1::CreateCategoryRequest& request);
  Task<v1::QuoteReply> quote(rpc::Call& call, const v1::QuoteRequest& request);
  Task<v1::ImportProductsReply> import(rpc::Call& call, const v1::ImportProductsRequest& request);

  Task<v1::Product> create_in(database::Transaction& tx, rpc::Call& call,
                              const v1::CreateProductRequest& request);
  Task<v1::Category> create_category_in(database::Transaction& tx, rpc::Call& call,
                                        const v1::CreateCategoryRequest& request);

  database::Database& database_;
  UseCases use_;
};

}  // namespace souk::product
