#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "internal/models/category.hpp"
#include "internal/models/listing.hpp"
#include "internal/models/rules.hpp"

namespace souk::product {
namespace {

const Currency kUsd = Currency::from("USD");

Variant variant(std::string sku, std::int64_t amount, Currency currency = kUsd) {
  return {.sku = std::move(sku), .title = {}, .options = {}, .price = {amount, currency}};
}

NewProduct shirt() {
  return {.name = "T-Shirt", .variants = {variant("TS-S", 1999), variant("TS-M", 1799)}};
}

/// "field code" of each problem.
template <class T>
std::vector<std::string> problems(const T& value) {
  std::vector<std::string> list;
  try {
    check(value);
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "validation_failed");
    for (const auto& field : error.fields) list.push_back(field.field + " " + field.code);
  }
  return list;
}

using Strings = std::vector<std::string>;

TEST(Product, ShowsItsLowestPriceAndBestAvailability) {
  Product product{.variants = {variant("A", 300), variant("B", 200), variant("C", 250)}};
  EXPECT_EQ(product.price(), Money(200, kUsd));
  EXPECT_EQ(product.availability(), Availability::out_of_stock);
  product.variants[2].availability = Availability::low_stock;
  EXPECT_EQ(product.availability(), Availability::low_stock);
  product.variants[0].availability = Availability::in_stock;
  EXPECT_EQ(product.availability(), Availability::in_stock);
}

TEST(Words, AreThoseOfTheApi) {
  EXPECT_EQ(word(Status::draft), "draft");
  EXPECT_EQ(parse_status("archived"), Status::archived);
  EXPECT_EQ(parse_status("ACTIVE"), std::nullopt);
  EXPECT_EQ(word(Availability::low_stock), "low_stock");
  EXPECT_EQ(parse_availability("in_stock"), Availability::in_stock);
  EXPECT_EQ(parse_availability(""), std::nullopt);
}

TEST(Rules, AGoodProductPasses) {
  auto product = shirt();
  product.description = "<b>soft</b>\nand warm";
  product.images = {{"https://cdn.example/a.jpg", "a shirt"}, {"/images/b.jpg", ""}};
  product.variants[0].options = {{"Size", "S"}};
  product.variants[0].price = Money{0, kUsd};
  EXPECT_EQ(problems(product), Strings{});
}

TEST(Rules, ListEveryWrongField) {
  auto product = shirt();
  product.slug = "018f2f5e-0000-7000-8000-000000000001";
  product.description = std::string{"a\0b", 3};
  product.variants = {variant("A", -1), variant("A", 5, Currency::from("EUR"))};
  product.variants[0].options = {{"Si\nze", "S"}};
  product.images = {{"javascript:alert(1)", ""}, {"//evil.example/x.png", ""}};
  EXPECT_EQ(problems(product),
            (Strings{"slug invalid_format", "description invalid_format",
                     "variants[0].price.amount too_small", "variants[0].options invalid_format",
                     "variants[1].sku duplicate_sku", "variants[1].price.currency mixed_currency",
                     "images[0].url invalid_format", "images[1].url invalid_format"}));
}

TEST(Rules, BoundTheOptions) {
  auto product = shirt();
  product.variants[1].options = {{std::string(51, 'x'), "v"}};
  EXPECT_EQ(problems(product), Strings{"variants[1].options too_long"});
}

TEST(Rules, HoldForImports) {
  std::vector<ImportItem> items{{"", "Good", "G1", {1, kUsd}, {"home"}},
                                {"Bad Slug", "", "no spaces", {-5, kUsd}, {"Home Decor"}}};
  EXPECT_EQ(problems(items),
            (Strings{"products[1].sku invalid_format", "products[1].name required",
                     "products[1].slug invalid_format", "products[1].price.amount too_small",
                     "products[1].categories[0] invalid_format"}));
}

TEST(Slugs, AreTriedFromTheNameToWhatIsNobodyElses) {
  const auto id = *Uuid::parse("018f2f5e-0000-7000-8000-00000000abcd");
  const auto slugs = slug_candidates("Café T-Shirt", id);
  EXPECT_EQ(slugs.front(), "cafe-t-shirt");
  EXPECT_EQ(slugs[1], "cafe-t-shirt-2");
  EXPECT_EQ(slugs.back(), "cafe-t-shirt-00000000abcd");
  for (const auto& slug : slugs) EXPECT_TRUE(text::is_slug(slug)) << slug;
}

TEST(Slugs, NeverReadAsAnId) {
  const std::string name = "018f2f5e-0000-7000-8000-00000000abcd";
  EXPECT_EQ(slug_candidates(name, Uuid{}).front(), "item-" + name);
}

TEST(Slugs, StayWithinTheirLength) {
  const auto slug = distinct_slug(std::string(200, 'a'), Uuid{});
  EXPECT_LE(slug.size(), 200U);
  EXPECT_TRUE(text::is_slug(slug));
}

TEST(Slugs, GiveNames) {
  EXPECT_EQ(name_from_slug("home-decor"), "Home Decor");
  EXPECT_EQ(name_from_slug("3d-prints"), "3d Prints");
}

TEST(Criteria, DifferentOnesHaveDifferentKeys) {
  const Criteria plain;
  std::vector<Criteria> all(8, plain);
  all[1].query = "1";
  all[2].category = "1";
  all[3].min_price = 1;
  all[4].max_price = 1;
  all[5].in_stock = true;
  all[6].in_stock = false;
  all[7].sort = Sort::price;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) EXPECT_EQ(all[i].key() == all[j].key(), i == j);
  }
}

TEST(Sorting, FollowsTheQueryUnlessTold) {
  EXPECT_EQ(choose_sort("", ""), Sort::newest);
  EXPECT_EQ(choose_sort("", "shirt"), Sort::relevance);
  EXPECT_EQ(choose_sort("relevance", ""), Sort::newest);
  EXPECT_EQ(choose_sort("-price", "shirt"), Sort::price_descending);
  EXPECT_EQ(choose_sort("name", ""), Sort::name);
}

TEST(Queries, BecomeOneLine) {
  EXPECT_EQ(clean_query("  red\t\n shirt\x7f "), "red shirt");
  EXPECT_EQ(clean_query(std::string{"a\0b", 3}), "a b");
  EXPECT_EQ(clean_query(" \n "), "");
  EXPECT_EQ(clean_query("Ünïcode 襯衫"), "Ünïcode 襯衫");
}

TEST(Positions, SurviveTheToken) {
  const Position position{Matching::fuzzy, "0.42857143",
                          ProductId{*Uuid::parse("018f2f5e-0000-7000-8000-00000000abcd")}};
  const auto read = Position::from_token(position.to_token());
  EXPECT_EQ(read.matching, Matching::fuzzy);
  EXPECT_EQ(read.key, position.key);
  EXPECT_EQ(read.id, position.id);
}

TEST(PriceBands, CoverEveryPriceOnce) {
  const auto last = price_band_bounds().size();
  EXPECT_EQ(price_band(0, kUsd, 1).value, "0-499");
  EXPECT_EQ(price_band(2, kUsd, 1).value, "1000-2499");
  EXPECT_EQ(price_band(2, kUsd, 1).label, "10.00 USD to 24.99 USD");
  EXPECT_EQ(price_band(last, kUsd, 1).value, "1000000-");
  EXPECT_EQ(price_band(last, Currency::from("JPY"), 3).label, "1000000 JPY and more");
}

TEST(Categories, MakeTrees) {
  const auto id = [](std::uint8_t n) { return CategoryId{Uuid{{n}}}; };
  const std::vector<Category> categories{{id(3), id(1), "mugs", "Mugs"},
                                         {id(1), {}, "home", "Home"},
                                         {id(2), {}, "toys", "Toys"},
                                         {id(4), id(9), "lost", "Lost"},
                                         {id(5), id(3), "big", "Big"}};
  const auto trees = build_tree(categories);
  ASSERT_EQ(trees.size(), 2U);
  EXPECT_EQ(trees[0].category.slug, "home");
  EXPECT_EQ(trees[0].children.at(0).category.slug, "mugs");
  EXPECT_EQ(trees[0].children.at(0).children.at(0).category.slug, "big");
  EXPECT_TRUE(trees[1].children.empty());
}

}  // namespace
}  // namespace souk::product
