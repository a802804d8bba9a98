#pragma once

#include "internal/models/category.hpp"
#include "internal/models/listing.hpp"
#include "internal/service/catalogue.hpp"
#include "product/product.pb.h"

/// Between the protos and the models.
namespace souk::product {

v1::Image to_message(const Image& image);
v1::Product to_message(const Product& product);
v1::ListProductsReply to_message(const CataloguePage& page);
v1::Category to_message(const Category& category);
v1::ListCategoriesReply to_message(const std::vector<CategoryNode>& trees);
v1::QuoteReply to_message(const std::vector<Quote>& quotes);

NewProduct read(const v1::CreateProductRequest& request);
ProductChanges read(const v1::UpdateProductRequest& request);
NewCategory read(const v1::CreateCategoryRequest& request);
std::vector<ImportItem> read(const v1::ImportProductsRequest& request);
Criteria read_criteria(const v1::ListProductsRequest& request);
PageWish read_page_wish(const v1::ListProductsRequest& request);

}  // namespace souk::product
