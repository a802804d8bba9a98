#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "product/product.pb.h"

/// What the first HTML of a page says to those who run no script: search engines, and programs that show a link
/// as a card. Titles, descriptions, Open Graph, and schema.org data as a data block, which no policy forbids
/// because no browser runs it. Pure; any thread.
namespace souk::gateway {

/// `shop_url`: where shoppers reach the shop, without a slash at its end, here and below.
std::string product_head(const product::v1::Product& product, std::string_view shop_url);

/// `trail`: from the top of the category tree to the category itself; `shown`: what its page shows first.
std::string category_head(const std::vector<const product::v1::Category*>& trail,
                          const product::v1::ListProductsReply& shown, std::string_view shop_url);

/// From the top of the tree to the category `slug`; empty where there is none.
std::vector<const product::v1::Category*> trail_to(
    std::string_view slug,
    const google::protobuf::RepeatedPtrField<product::v1::Category>& categories);

/// One <url> of a sitemap.
std::string sitemap_entry(std::string_view path, std::string_view shop_url);

}  // namespace souk::gateway
