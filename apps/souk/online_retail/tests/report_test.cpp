#include "apps/souk/online_retail/report.hpp"

#include <set>

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace souk::online_retail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

/// One order of 15.30, one free line, five fees of 0.001.
Report sample() {
  Report report;
  report.file = "input.csv";
  report.count_line(decimal("15.3"));
  report.sale_lines = 1;
  report.sales_minor = 1530;
  report.orders = 1;
  report.count_line({});
  report.reject(Reason::zero_price, {}, {3, "1,A,\x01\xFF" + std::string(200, 'x'), {}});
  for (const std::uint32_t line : {8U, 4U, 7U, 5U, 6U}) {
    report.count_line(decimal("0.001"));
    report.reject(Reason::fee, decimal("0.001"), {line, "fee of line", "odd"});
  }
  return report;
}

TEST(Report, ReconcilesExactly) {
  auto report = sample();
  EXPECT_TRUE(report.reconciles());
  EXPECT_EQ(report.rejected_sum().str(), "0.005");
  EXPECT_THAT(report.text(), HasSubstr("accepted 15.30 + rejected 0.005 = 15.305 GBP; the file's "
                                       "own sum is 15.305 GBP: reconciled\n"));
}

TEST(Report, SeesAMissingPennyAndAMissingLine) {
  auto penny = sample();
  penny.sales_minor -= 1;
  EXPECT_FALSE(penny.reconciles());
  EXPECT_THAT(penny.text(), HasSubstr("NOT RECONCILED"));
  auto line = sample();
  line.count_line({});
  EXPECT_FALSE(line.reconciles());
}

TEST(Report, KeepsTheFirstThreeExamplesInTheOrderOfTheFile) {
  const auto report = sample();
  const auto& examples = report.rejected(Reason::fee).examples;
  ASSERT_EQ(examples.size(), 3U);
  EXPECT_EQ(examples[0].line, 4U);
  EXPECT_EQ(examples[1].line, 5U);
  EXPECT_EQ(examples[2].line, 6U);
  EXPECT_THAT(report.text(), HasSubstr("      line 4: fee of line (odd)\n"));
}

TEST(Report, ShowsOnlyReasonsThatOccurred) {
  EXPECT_THAT(sample().text(), HasSubstr("  zero_price"));
  EXPECT_THAT(sample().text(), Not(HasSubstr("discount")));
}

TEST(Report, JsonHoldsTheSameWithSumsAsText) {
  const auto json = boost::json::parse(sample().json());
  EXPECT_EQ(json.at("read").at("lines"), 7);
  EXPECT_EQ(json.at("read").at("sum"), "15.305");
  EXPECT_EQ(json.at("accepted").at("sum"), "15.30");
  EXPECT_EQ(json.at("rejected").at("sum"), "0.005");
  EXPECT_TRUE(json.at("reconciles").as_bool());
  const auto& fee = json.at("rejected").at("reasons").at(0);
  EXPECT_EQ(fee.at("reason"), "fee");
  EXPECT_EQ(fee.at("lines"), 5);
  EXPECT_EQ(fee.at("examples").at(0).at("line"), 4);
  const auto& gift = json.at("rejected").at("reasons").at(1);
  EXPECT_EQ(gift.at("examples").at(0).at("text").as_string(),
            "1,A,??" + std::string(94, 'x') + "...");
}

TEST(Report, EveryReasonHasItsWords) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kReasons; ++i) {
    EXPECT_TRUE(names.insert(name_of(static_cast<Reason>(i))).second);
    EXPECT_FALSE(text_of(static_cast<Reason>(i)).empty());
  }
  EXPECT_EQ(name_of(Reason::cancellation_without_purchase), "cancellation_without_purchase");
}

}  // namespace
}  // namespace souk::online_retail
