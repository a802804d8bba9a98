// Against the real data set, which is not part of the source tree.

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "apps/souk/online_retail/baskets.hpp"
#include "apps/souk/online_retail/countries.hpp"
#include "apps/souk/online_retail/dataset.hpp"

namespace souk::online_retail {
namespace {

class RealFile : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* path = std::getenv("SOUK_TEST_ONLINE_RETAIL");
    if (path == nullptr || !std::filesystem::exists(path)) {
      GTEST_SKIP()
          << "*** NOT TESTED AGAINST THE REAL DATA *** Set SOUK_TEST_ONLINE_RETAIL to the path "
             "of online_retail_to_2011-09.csv.gz (Chen, D. (2015), Online Retail).";
    }
    if (!dataset_) dataset_ = load(path);
  }
  static void TearDownTestSuite() { dataset_.reset(); }

  static inline std::optional<Dataset> dataset_;
};

TEST_F(RealFile, ReconcilesToTheThousandth) {
  const auto& report = dataset_->report;
  std::cout << report.text();
  EXPECT_EQ(report.lines, 370'931U);
  EXPECT_EQ(report.sum.str(), "6781619.004");
  EXPECT_TRUE(report.reconciles());
  EXPECT_EQ((report.accepted_sum() + report.rejected_sum()).str(), "6781619.004");
  EXPECT_EQ(report.rejected(Reason::malformed_line).lines, 0U);
  EXPECT_EQ(report.rejected(Reason::sub_penny_price).lines, 3U);
}

TEST_F(RealFile, EveryLineIsInOneOrderAtMostAndKeysAreUnique) {
  std::set<std::uint32_t> numbers;
  std::set<std::string> keys;
  for (const auto& order : dataset_->orders) {
    EXPECT_TRUE(keys.insert(order.key).second) << order.key;
    for (const auto& line : order.lines) EXPECT_TRUE(numbers.insert(line.line_number).second);
    for (const auto& refund : order.refunds) {
      EXPECT_TRUE(keys.insert(refund.key).second) << refund.key;
      EXPECT_GE(refund.time, order.time);
      EXPECT_GT(refund.amount_minor, 0);
    }
    EXPECT_LE(order.refunded_minor(), order.total_minor());
  }
  EXPECT_EQ(numbers.size(), dataset_->report.sale_lines);
}

TEST_F(RealFile, TheCatalogueHoldsWhatTheOrdersSell) {
  std::map<std::string, std::int64_t> prices;
  std::set<std::string> slugs;
  for (const auto& product : dataset_->products) {
    EXPECT_TRUE(prices.emplace(product.sku, product.price_minor).second);
    EXPECT_TRUE(slugs.insert(product.slug).second);
    EXPECT_GT(product.price_minor, 0);
    EXPECT_FALSE(product.name.starts_with("Article ")) << product.sku;
  }
  EXPECT_EQ(prices.size(), 3'642U);
  EXPECT_EQ(prices["85123A"], 295);
  EXPECT_EQ(prices["22502"], 595);  // once sold for 649.50 by mistake
  for (const auto& order : dataset_->orders) {
    for (const auto& line : order.lines) EXPECT_TRUE(line.postage || prices.contains(line.sku));
  }
}

TEST_F(RealFile, CountriesAreKnown) {
  std::set<std::string> unknown;
  for (const auto& order : dataset_->orders) {
    if (!country_code(order.country)) unknown.insert(order.country);
  }
  EXPECT_EQ(unknown, (std::set<std::string>{"European Community", "Unspecified"}));
}

TEST_F(RealFile, BasketsStayWithinTheirBounds) {
  const auto baskets = baskets_of(dataset_->orders);
  EXPECT_EQ(baskets.size(), dataset_->orders.size());
  for (const auto& basket : baskets) {
    EXPECT_FALSE(basket.items.empty());
    EXPECT_LE(basket.items.size(), kMaxBasketItems);
    for (const auto& item : basket.items) EXPECT_LE(item.quantity, kMaxBasketQuantity);
  }
}

}  // namespace
}  // namespace souk::online_retail
