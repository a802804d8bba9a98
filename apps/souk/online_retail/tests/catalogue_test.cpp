#include "apps/souk/online_retail/catalogue.hpp"

#include <list>

#include <gtest/gtest.h>

#include "apps/souk/online_retail/countries.hpp"
#include "apps/souk/online_retail/stock_code.hpp"

namespace souk::online_retail {
namespace {

/// Feeds sales of one article after another, a minute apart.
class CatalogueTest : public ::testing::Test {
 protected:
  Line& sale(std::string_view code, std::string_view description, std::string_view price) {
    auto& line = lines_.emplace_back();
    line.invoice = "1";
    line.stock_code = normalised_stock_code(code);
    line.description = description;
    line.quantity = 1;
    line.unit_price = Decimal::parse(price).value();
    line.time = from_rfc3339("2010-12-01T08:00:00Z") + std::chrono::minutes{lines_.size()};
    return line;
  }

  std::vector<Product> products() {
    Catalogue catalogue;
    for (const auto& line : lines_) catalogue.add(line);
    return catalogue.finish();
  }

  std::list<Line> lines_;
};

TEST(StockCode, FoldsCaseAndTrims) {
  EXPECT_EQ(normalised_stock_code(" 85049a "), "85049A");
  EXPECT_EQ(normalised_stock_code("gift_0001_10"), "GIFT_0001_10");
  EXPECT_EQ(normalised_stock_code("   "), "");
}

TEST(StockCode, TellsArticlesFromBookkeeping) {
  for (const auto* code : {"85123A", "22139", "GIFT_0001_10", "DCGSSBOY", "PADS", "DCGS0066P"}) {
    EXPECT_EQ(kind_of(code), CodeKind::goods) << code;
  }
  for (const auto* code : {"POST", "DOT", "C2"}) EXPECT_EQ(kind_of(code), CodeKind::postage);
  for (const auto* code : {"AMAZONFEE", "BANK CHARGES", "CRUK"}) {
    EXPECT_EQ(kind_of(code), CodeKind::fee);
  }
  EXPECT_EQ(kind_of("M"), CodeKind::manual);
  EXPECT_EQ(kind_of("D"), CodeKind::discount);
  EXPECT_EQ(kind_of("S"), CodeKind::sample);
  EXPECT_EQ(kind_of("B"), CodeKind::bad_debt);
  for (const auto* code : {"", "A B", "../X", "_X", "\xC3\x84"}) {
    EXPECT_EQ(kind_of(code), CodeKind::unusable) << code;
  }
  EXPECT_EQ(kind_of(std::string(33, 'X')), CodeKind::unusable);
}

TEST_F(CatalogueTest, OneProductPerArticleWithItsMostFrequentName) {
  sale("85049a", "SCANDINAVIAN REDS", "1.25");
  sale("85049A", "SCANDINAVIAN  REDS RIBBONS ", "1.25");
  sale("85049A", "SCANDINAVIAN REDS RIBBONS", "1.25");
  for (int i = 0; i < 5; ++i) sale("85049A", "damaged", "1.25");
  const auto all = products();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].sku, "85049A");
  EXPECT_EQ(all[0].name, "SCANDINAVIAN REDS RIBBONS");
  EXPECT_EQ(all[0].slug, "scandinavian-reds-ribbons-85049a");
  EXPECT_EQ(all[0].price_minor, 125);
}

TEST_F(CatalogueTest, NamesAndPricesComeFromSalesOnly) {
  auto& first = sale("1", "found in the cellar", "0");
  sale("1", "HEART", "2.55");
  for (int i = 0; i < 3; ++i) {
    auto& back = sale("1", "RETURNED HEART", "9.99");
    back.kind = InvoiceKind::cancellation;
    back.quantity = -1;
  }
  const auto all = products();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "HEART");
  EXPECT_EQ(all[0].price_minor, 255);
  EXPECT_EQ(all[0].first_seen, first.time);
}

TEST_F(CatalogueTest, WhatWasNeverSoldForWholePenceIsNoProduct) {
  sale("1", "NEVER SOLD", "0");
  sale("PADS", "PADS TO MATCH ALL CUSHIONS", "0.001");
  sale("POST", "POSTAGE", "18");
  sale("M", "Manual", "5");
  sale("2", "ADJUSTED", "5").kind = InvoiceKind::adjustment;
  EXPECT_TRUE(products().empty());
}

TEST_F(CatalogueTest, ThePriceIsTheUsualOneOfTheLastSales) {
  for (int i = 0; i < 20; ++i) sale("1", "HEART", "1.00");
  for (int i = 0; i < 8; ++i) sale("1", "HEART", "2.00");
  sale("1", "HEART", "649.50");  // a slip of the keyboard
  lines_.reverse();              // the order of time counts, not that of the file
  EXPECT_EQ(products().at(0).price_minor, 200);
}

TEST_F(CatalogueTest, OfEquallyFrequentPricesTheLatestWins) {
  sale("1", "HEART", "1.00");
  sale("1", "HEART", "2.00");
  EXPECT_EQ(products().at(0).price_minor, 200);
}

TEST_F(CatalogueTest, SlugsAreUniqueAndClean) {
  sale("A_1",
       "\xC2\xA3"
       "10 GIFT, \"BIG\"",
       "8.33");
  sale("A-1",
       "\xC2\xA3"
       "10 GIFT, \"BIG\"",
       "8.33");
  sale("3", "?", "1");
  const auto all = products();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "Article 3");
  EXPECT_EQ(all[0].slug, "article-3-3");
  EXPECT_EQ(all[1].slug, "10-gift-big-a-1");
  EXPECT_EQ(all[2].slug, "10-gift-big-a-1-2");
}

TEST(Remark, IsNoName) {
  for (const auto* text : {"", "?", "?missing", "nan", "Damaged", "check", "thrown away"}) {
    EXPECT_TRUE(is_remark(text)) << text;
  }
  EXPECT_FALSE(is_remark("WHITE HANGING HEART"));
  EXPECT_FALSE(is_remark("FRENCH BLUE METAL DOOR SIGN No"));
}

TEST(Countries, MapToIsoCodes) {
  EXPECT_EQ(country_code("United Kingdom"), "GB");
  EXPECT_EQ(country_code("EIRE"), "IE");
  EXPECT_EQ(country_code("Unspecified"), std::nullopt);
  EXPECT_EQ(country_code("Atlantis"), std::nullopt);
}

}  // namespace
}  // namespace souk::online_retail
