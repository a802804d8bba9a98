#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "internal/models/csv_merge.hpp"
#include "internal/models/price_text.hpp"

namespace souk::product {
namespace {

using Action = LineOutcome::Action;
using ::testing::ElementsAre;

Error refusal(std::string_view csv) {
  try {
    read_catalogue(csv);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "it was read";
  return {Kind::internal, "", ""};
}

/// "column code" of each problem.
std::vector<std::string> problems(const std::vector<CellProblem>& list) {
  std::vector<std::string> texts;
  for (const auto& problem : list) texts.push_back(problem.column + " " + problem.code);
  return texts;
}

std::vector<std::string> problems_of(const std::string& columns, const std::string& cells) {
  return problems(read_catalogue(columns + "\n" + cells + "\n").at(0).problems);
}

Merged merged(const Product* known, const std::string& csv,
              const std::vector<CategoryRef>& categories = {}) {
  const auto lines = read_catalogue(csv);
  std::vector<const VariantLine*> pointers;
  for (const auto& line : lines) pointers.push_back(&line);
  return merge(known, pointers, categories);
}

Product mug() {
  Product product;
  product.slug = "mug";
  product.name = "Mug";
  product.description = "Holds tea.";
  product.variants = {{.sku = "MUG-S",
                       .title = "Small",
                       .options = {{"Size", "S"}},
                       .price = {999, Currency::from("EUR")}}};
  return product;
}

TEST(PriceText, ReadsWhatItWrites) {
  const auto usd = Currency::from("USD");
  EXPECT_EQ(plain_price({1999, usd}), "19.99");
  EXPECT_EQ(parse_price("19.99", usd)->amount_minor(), 1999);
  EXPECT_EQ(parse_price("20", usd)->amount_minor(), 2000);
  EXPECT_EQ(parse_price("19.9", usd)->amount_minor(), 1990);
  EXPECT_EQ(parse_price("500", Currency::from("JPY"))->amount_minor(), 500);
  EXPECT_EQ(parse_price("1.005", Currency::from("KWD"))->amount_minor(), 1005);
  for (const auto* bad : {"", "-1", "+1", "1,50", "1.999", "1.", ".5", "1e3", "0x1", " 1", "1 ",
                          "99999999999999999999", "1.5.0", "NaN"}) {
    EXPECT_FALSE(parse_price(bad, usd)) << bad;
  }
  EXPECT_FALSE(parse_price("1.0", Currency::from("JPY")));
}

TEST(CatalogueCsv, ReadsBackWhatItWrites) {
  auto product = mug();
  product.description = "Two\nlines, \"quoted\"; with = and \\";
  product.variants.front().options = {{"a=b;c", "x\\y"}, {"Size", "S"}};
  product.variants.push_back(
      {.sku = "MUG-L", .title = "=cmd()", .options = {}, .price = {1250, Currency::from("EUR")}});
  const auto csv = write_catalogue({product});
  EXPECT_TRUE(csv.contains("'=cmd()")) << csv;
  const auto again = merged(&product, csv);
  EXPECT_FALSE(again.differs);
  EXPECT_EQ(again.product, product);
  const auto fresh = merged(nullptr, csv);
  EXPECT_EQ(fresh.product.variants, product.variants);
  EXPECT_EQ(fresh.product.description, product.description);
}

TEST(CatalogueCsv, TheFirstLineNamesTheColumns) {
  EXPECT_EQ(refusal("").kind, Kind::validation);
  EXPECT_EQ(refusal("sku,colour\nA,red").fields.at(0).code, "unknown_column");
  EXPECT_EQ(refusal("sku,SKU\nA,B").fields.at(0).code, "unknown_column");
  EXPECT_EQ(refusal("name,price\nMug,1").fields.at(0).code, "required");
  EXPECT_EQ(refusal("sku\n\xFF").code, "malformed_csv");
  EXPECT_EQ(refusal("sku\n\xC0\xAF").code, "malformed_csv");
  std::string many = "sku\n";
  for (int i = 0; i < 5'001; ++i) many += "A\n";
  EXPECT_EQ(refusal(many).fields.at(0).code, "too_many");
  const auto lines = read_catalogue("\xEF\xBB\xBF Price ,SKU\r\n1.50,A\r\n");
  EXPECT_EQ(lines.at(0).sku, "A");
  EXPECT_EQ(lines.at(0).price, "1.50");
  EXPECT_EQ(lines.at(0).line, 2);
}

TEST(CatalogueCsv, SaysWhatIsWrongWithALine) {
  EXPECT_THAT(problems_of("sku", "a b"), ElementsAre("sku invalid_format"));
  EXPECT_THAT(problems_of("name,sku", "Mug,"), ElementsAre("sku required"));
  EXPECT_THAT(problems_of("sku,slug", "A,Not A Slug"), ElementsAre("slug invalid_format"));
  EXPECT_THAT(problems_of("sku,slug", "A,export"), ElementsAre("slug invalid_format"));
  EXPECT_THAT(problems_of("sku,slug", "A,018f2f5e-0000-7000-8000-00000000abcd"),
              ElementsAre("slug invalid_format"));
  EXPECT_THAT(problems_of("sku,name", "A," + std::string(201, 'x')), ElementsAre("name too_long"));
  EXPECT_THAT(problems_of("sku,name", "A,\"two\nlines\""), ElementsAre("name invalid_format"));
  EXPECT_THAT(problems_of("sku,status", "A,sold"), ElementsAre("status not_allowed"));
  EXPECT_THAT(problems_of("sku,currency", "A,XXQ"), ElementsAre("currency invalid_format"));
  EXPECT_THAT(problems_of("sku,categories", "A,Tea;cups"),
              ElementsAre("categories invalid_format"));
  EXPECT_THAT(problems_of("sku,options", "A,Size"), ElementsAre("options invalid_format"));
  EXPECT_THAT(problems_of("sku,options", "A,Size=S;Size=M"), ElementsAre("options invalid_format"));
  EXPECT_THAT(problems_of("sku,name", "A"), ElementsAre(" wrong_column_count"));
  EXPECT_THAT(problems_of("sku,name", "A,5\" pipe"), ElementsAre(" malformed_csv"));
  EXPECT_THAT(problems_of("sku,slug,status", "a b,X,y"),
              ElementsAre("sku invalid_format", "slug invalid_format", "status not_allowed"));
}

TEST(CsvMerge, ChangesWhatTheFileSaysAndNothingElse) {
  const auto known = mug();
  const auto result = merged(&known, "sku,price,name\nMUG-S,12.50,\n");
  EXPECT_TRUE(result.differs);
  EXPECT_EQ(result.product.name, "Mug");
  EXPECT_EQ(result.product.variants.at(0).price.amount_minor(), 1250);
  EXPECT_EQ(result.product.variants.at(0).title, "Small");
  const auto& outcome = result.outcomes.at(0);
  EXPECT_EQ(outcome.action, Action::changed);
  ASSERT_EQ(outcome.changes.size(), 1U);
  EXPECT_EQ(outcome.changes[0].column, "price");
  EXPECT_EQ(outcome.changes[0].before, "9.99");
  EXPECT_EQ(outcome.changes[0].after, "12.50");
  EXPECT_FALSE(merged(&result.product, "sku,price\nMUG-S,12.5\n").differs) << "once more";
}

TEST(CsvMerge, AddsVariantsAndLeavesThoseThatItDoesNotName) {
  const auto known = mug();
  const auto result = merged(&known, "sku,slug,title,price\nMUG-L,mug,Large,12\n");
  EXPECT_EQ(result.outcomes.at(0).action, Action::created);
  ASSERT_EQ(result.product.variants.size(), 2U);
  EXPECT_EQ(result.product.variants[1].price, (Money{1200, Currency::from("EUR")}));
}

TEST(CsvMerge, ANewProductNeedsANameAPriceAndACurrency) {
  const auto outcome = [](const std::string& csv) {
    return problems(merged(nullptr, csv).outcomes.at(0).problems);
  };
  EXPECT_THAT(outcome("sku,price,currency\nA,1,USD\n"), ElementsAre("name required"));
  EXPECT_THAT(outcome("sku,name,currency\nA,Mug,USD\n"), ElementsAre("price required"));
  EXPECT_THAT(outcome("sku,name,price\nA,Mug,1\n"), ElementsAre("currency required"));
  EXPECT_THAT(outcome("sku,name,price,currency\nA,Mug,1,USD\n"), ElementsAre());
}

TEST(CsvMerge, ABadLineDoesNotSpoilTheOthers) {
  const auto known = mug();
  const auto result = merged(&known,
                             "sku,name,price,currency\n"
                             "MUG-S,Cup,-1,\n"     // fails as a whole: the name stays
                             "MUG-M,,11.00,USD\n"  // the product's variants are in EUR
                             "MUG-L,,12.00,EUR\n");
  EXPECT_EQ(result.product.name, "Mug");
  EXPECT_EQ(result.outcomes.at(0).action, Action::failed);
  EXPECT_THAT(problems(result.outcomes.at(0).problems), ElementsAre("price invalid_format"));
  EXPECT_TRUE(result.outcomes.at(0).changes.empty());
  EXPECT_THAT(problems(result.outcomes.at(1).problems), ElementsAre("currency mixed_currency"));
  EXPECT_EQ(result.outcomes.at(2).action, Action::created);
  EXPECT_EQ(result.product.variants.size(), 2U);
}

TEST(CsvMerge, LinesOfOneProductDoNotGainsayEachOther) {
  const auto known = mug();
  const auto result = merged(&known,
                             "sku,name,price\n"
                             "MUG-S,Cup,\n"
                             "MUG-L,Bowl,12\n"
                             "MUG-M,Cup,11\n");
  EXPECT_EQ(result.product.name, "Cup");
  EXPECT_THAT(problems(result.outcomes.at(1).problems), ElementsAre("name contradiction"));
  EXPECT_EQ(result.outcomes.at(2).action, Action::created);
}

TEST(CsvMerge, CategoriesAreThoseThatThereAre) {
  const std::vector<CategoryRef> categories{{CategoryId{}, "tea", "Tea"},
                                            {CategoryId{}, "sale", "Sale"}};
  const auto known = mug();
  const auto good = merged(&known, "sku,categories\nMUG-S,sale;tea\n", categories);
  EXPECT_EQ(categories_cell(good.product.categories), "sale;tea");
  const auto bad = merged(&known, "sku,categories\nMUG-S,coffee\n", categories);
  EXPECT_THAT(problems(bad.outcomes.at(0).problems), ElementsAre("categories unknown_category"));
  EXPECT_FALSE(bad.differs);
}

}  // namespace
}  // namespace souk::product
