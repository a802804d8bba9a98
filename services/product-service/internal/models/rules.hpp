#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "internal/models/product.hpp"

/// What a product may be, beyond the field rules of the protos. Pure.
namespace souk::product {

/// Each throws Error{validation, "validation_failed"} that lists every wrong field. Codes: required,
/// too_small, too_long, invalid_format, duplicate_sku, mixed_currency.
void check(const NewProduct& product);
void check(const ProductChanges& changes);
void check(const std::vector<ImportItem>& items);

/// One that reads as an id could not be told from one in /products/{id}; nor could what the API has there.
bool may_be_slug(const std::string& slug);
/// Few enough, and short names and values of one line.
bool are_options(const std::map<std::string, std::string>& options);
/// Not negative, and small enough to be ordered in any number.
bool is_price(const Money& price);

/// Throws the same for a category's explicit slug.
void check_slug(const std::string& slug);

/// The slugs to try, in this order, for something without one of its own: from the name, then numbered,
/// at last with a part of the id that nobody else has.
std::vector<std::string> slug_candidates(std::string_view name, const Uuid& id);

/// `slug` with a part of the id that nobody else has.
std::string distinct_slug(std::string_view slug, const Uuid& id);

/// "home-decor" -> "Home Decor": the name of a category of which nothing but its slug is known.
std::string name_from_slug(std::string_view slug);

}  // namespace souk::product
