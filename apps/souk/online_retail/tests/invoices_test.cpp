#include "apps/souk/online_retail/invoices.hpp"

#include <ostream>

#include <gtest/gtest.h>

#include "apps/souk/online_retail/dataset.hpp"
#include "apps/souk/online_retail/tests/support.hpp"

namespace souk::online_retail {
namespace {

using testing::ScratchFolder;
using testing::with_header;

/// Loads made-up lines; whatever they are, the books must balance.
Dataset load_lines(std::string_view lines) {
  ScratchFolder scratch;
  auto dataset = load(scratch.plain(with_header(lines)));
  EXPECT_TRUE(dataset.report.reconciles()) << dataset.report.text();
  return dataset;
}

/// The only reason for which any line was rejected.
std::string only_reason(const Report& report) {
  std::string names;
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    if (report.rejected(reason).lines > 0) names += std::string{name_of(reason)} + " ";
  }
  return names;
}

constexpr std::string_view kSale = "1,A,HEART,6,2010-12-01T08:00:00Z,2.55,17850,France\n";

TEST(Invoices, AnInvoiceBecomesAnOrder) {
  const auto dataset = load_lines(
      "2,A,HEART,1,2010-12-01T09:00:00Z,2.55,,EIRE\n"
      "1,A,HEART,6,2010-12-01T08:01:00Z,2.55,17850,France\n"
      "2,L,LANTERN,1,2010-12-01T09:00:00Z,3.39,,EIRE\n"
      "1,POST,POSTAGE,2,2010-12-01T08:00:00Z,18,17850,France\n"
      "1,A,HEART,6,2010-12-01T08:01:00Z,2.55,17850,France\n");
  ASSERT_EQ(dataset.orders.size(), 2U);
  const auto& order = dataset.orders[0];
  EXPECT_EQ(order.invoice, "1");
  EXPECT_EQ(order.key, "online-retail:1:2010-12-01T08:00:00Z");
  EXPECT_EQ(order.customer_id, "17850");
  EXPECT_EQ(order.country, "France");
  ASSERT_EQ(order.lines.size(), 3U);  // a repeated line was sold twice
  EXPECT_EQ(order.lines[0].line_number, 3U);
  EXPECT_EQ(order.lines[0].unit_price_minor, 255);
  EXPECT_EQ(order.goods_minor(), 12 * 255);
  EXPECT_EQ(order.postage_minor(), 3600);
  EXPECT_EQ(dataset.orders[1].customer_id, std::nullopt);
  EXPECT_EQ(dataset.orders[1].total_minor(), 594);
  EXPECT_EQ(dataset.report.guest_orders, 1U);
  EXPECT_EQ(dataset.report.accepted_lines(), 5U);
}

TEST(Invoices, KeysDoNotDependOnTheRestOfTheFile) {
  const std::string later =
      "2,A,HEART,1,2010-12-02T08:00:00Z,2.55,17850,France\n"
      "C3,A,HEART,-1,2010-12-03T08:00:00Z,2.55,17850,France\n";
  const auto part = load_lines(kSale);
  const auto whole = load_lines(later + std::string{kSale});
  EXPECT_EQ(part.orders[0].key, whole.orders[0].key);
  EXPECT_EQ(whole.orders[1].refunds.at(0).key, whole.orders[1].key + ":C3");
}

struct Case {
  std::string_view line;
  std::string_view reason;
  std::string_view amount;

  friend std::ostream& operator<<(std::ostream& out, const Case& shown) {
    return out << shown.line;
  }
};

class RejectedLine : public ::testing::TestWithParam<Case> {};

TEST_P(RejectedLine, HasExactlyOneReasonAndKeepsItsAmount) {
  const auto dataset = load_lines(std::string{kSale} + std::string{GetParam().line} + "\n");
  EXPECT_EQ(only_reason(dataset.report), std::string{GetParam().reason} + " ");
  EXPECT_EQ(dataset.report.rejected_lines(), 1U);
  EXPECT_EQ(dataset.report.rejected_sum().str(), GetParam().amount);
  EXPECT_EQ(dataset.report.accepted_sum().str(), "15.30");
  EXPECT_EQ(dataset.orders.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    EveryReason, RejectedLine,
    ::testing::Values(
        Case{"1,A,HEART,6,yesterday,2.55,17850,France", "malformed_line", "15.30"},
        Case{"1,A,HEART,six,2010-12-01T08:00:00Z,2.55,17850,France", "malformed_line", "0.00"},
        Case{"A2,B,Adjust bad debt,1,2010-12-01T08:00:00Z,-11062.06,,UK", "bad_debt", "-11062.06"},
        Case{"2,B,Adjust bad debt,1,2010-12-01T08:00:00Z,5,,UK", "bad_debt", "5.00"},
        Case{"C2,AMAZONFEE,AMAZON FEE,-1,2010-12-01T08:00:00Z,13541.33,,UK", "fee", "-13541.33"},
        Case{"2,BANK CHARGES,Bank Charges,1,2010-12-01T08:00:00Z,0.001,1,UK", "fee", "0.001"},
        Case{"1,m,Manual,1,2010-12-01T08:00:00Z,2.55,17850,France", "manual_entry", "2.55"},
        Case{"C2,D,Discount,-1,2010-12-01T08:00:00Z,27.5,14527,UK", "discount", "-27.50"},
        Case{"C2,S,SAMPLES,-1,2010-12-01T08:00:00Z,9.74,,UK", "sample", "-9.74"},
        Case{"1,A/B,HEART,1,2010-12-01T08:00:00Z,1,17850,France", "unusable_stock_code", "1.00"},
        Case{"2,A,damaged,-10,2010-12-01T08:00:00Z,0,,UK", "stock_adjustment", "0.00"},
        Case{"1,A,HEART,0,2010-12-01T08:00:00Z,1,17850,France", "zero_quantity", "0.00"},
        Case{"C2,A,HEART,1,2010-12-02T08:00:00Z,2.55,17850,UK", "positive_cancellation", "2.55"},
        Case{"1,A,HEART,4,2010-12-01T08:00:00Z,0,17850,France", "zero_price", "0.00"},
        Case{"1,A,HEART,4,2010-12-01T08:00:00Z,-1,17850,France", "negative_price", "-4.00"},
        Case{"1,PADS,PADS,3,2010-12-01T08:00:00Z,0.001,17850,France", "sub_penny_price", "0.003"},
        Case{"1,A,HEART,2,2010-12-01T08:00:00Z,4.2155,17850,France", "sub_penny_price", "8.431"},
        Case{"1,A,HEART,1,2010-12-01T08:00:00Z,1,17851,France", "conflicting_customer", "1.00"},
        Case{"2,POST,POSTAGE,1,2010-12-01T08:00:00Z,18,17850,UK", "postage_without_goods", "18.00"},
        Case{"C2,A,HEART,-6,2010-12-02T08:00:00Z,2.55,,UK", "cancellation_without_customer",
             "-15.30"},
        Case{"C2,A,HEART,-6,2010-12-02T08:00:00Z,2.5,17850,UK", "cancellation_without_purchase",
             "-15.00"},
        Case{"C2,A,HEART,-6,2010-12-02T08:00:00Z,2.55,17851,UK", "cancellation_without_purchase",
             "-15.30"},
        Case{"C2,X,HEART,-6,2010-12-02T08:00:00Z,2.55,17850,UK", "cancellation_without_purchase",
             "-15.30"},
        Case{"C2,A,HEART,-7,2010-12-02T08:00:00Z,2.55,17850,UK", "cancellation_without_purchase",
             "-17.85"},
        Case{"C2,A,HEART,-6,2010-11-30T08:00:00Z,2.55,17850,UK", "cancellation_without_purchase",
             "-15.30"}));

TEST(Cancellations, OfAWholeOrderCancelIt) {
  const auto dataset =
      load_lines(std::string{kSale} + "C2,a,HEART,-6,2010-12-02T08:00:00Z,2.55,17850,France\n");
  const auto& order = dataset.orders.at(0);
  EXPECT_TRUE(order.cancelled());
  EXPECT_EQ(order.refunds.at(0).invoice, "C2");
  EXPECT_EQ(to_rfc3339(order.refunds.at(0).time), "2010-12-02T08:00:00Z");
  EXPECT_EQ(dataset.report.accepted_sum().str(), "0.00");
  EXPECT_EQ(dataset.report.cancelled_orders, 1U);
  EXPECT_EQ(dataset.report.refunds, 0U);
  EXPECT_EQ(dataset.report.refund_lines, 1U);
}

TEST(Cancellations, OfAPartAreARefundPerInvoice) {
  const auto dataset = load_lines(std::string{kSale} +
                                  "1,L,LANTERN,2,2010-12-01T08:00:00Z,1,17850,France\n"
                                  "C2,A,HEART,-1,2010-12-02T08:00:00Z,2.55,17850,France\n"
                                  "C2,L,LANTERN,-1,2010-12-02T08:00:00Z,1,17850,France\n"
                                  "C3,A,HEART,-5,2010-12-03T08:00:00Z,2.55,17850,France\n"
                                  "C3,L,LANTERN,-1,2010-12-03T08:00:00Z,1,17850,France\n");
  const auto& order = dataset.orders.at(0);
  ASSERT_EQ(order.refunds.size(), 2U);
  EXPECT_EQ(order.refunds[0].amount_minor, 355);
  EXPECT_EQ(order.refunds[1].amount_minor, 1375);
  EXPECT_EQ(order.refunded_minor(), order.total_minor());
  EXPECT_FALSE(order.cancelled());
  EXPECT_EQ(dataset.report.refunds, 2U);
}

TEST(Cancellations, TakeTheLatestPurchaseOfThatQuantityFirst) {
  const auto dataset = load_lines(
      "1,A,HEART,6,2010-12-01T08:00:00Z,2.55,17850,France\n"
      "2,A,HEART,6,2010-12-02T08:00:00Z,2.55,17850,France\n"
      "3,A,HEART,9,2010-12-03T08:00:00Z,2.55,17850,France\n"
      "C4,A,HEART,-6,2010-12-04T08:00:00Z,2.55,17850,France\n"
      "5,A,HEART,6,2010-12-05T08:00:00Z,2.55,17850,France\n");
  EXPECT_TRUE(dataset.orders[0].refunds.empty());
  EXPECT_TRUE(dataset.orders[1].cancelled());
  EXPECT_TRUE(dataset.orders[2].refunds.empty());
  EXPECT_TRUE(dataset.orders[3].refunds.empty());
}

TEST(Cancellations, ElseTheLatestWithEnoughLeft) {
  const auto dataset = load_lines(
      "1,A,HEART,9,2010-12-01T08:00:00Z,2.55,17850,France\n"
      "2,A,HEART,3,2010-12-02T08:00:00Z,2.55,17850,France\n"
      "C4,A,HEART,-6,2010-12-04T08:00:00Z,2.55,17850,France\n");
  EXPECT_EQ(dataset.orders[0].refunded_minor(), 6 * 255);
  EXPECT_TRUE(dataset.orders[1].refunds.empty());
}

TEST(Cancellations, ElseSeveralPurchasesButNeverMoreThanIsLeft) {
  const auto dataset = load_lines(
      "1,A,HEART,6,2010-12-01T08:00:00Z,2.55,17850,France\n"
      "2,A,HEART,6,2010-12-02T08:00:00Z,2.55,17850,France\n"
      "C4,A,HEART,-8,2010-12-04T08:00:00Z,2.55,17850,France\n"
      "C5,A,HEART,-5,2010-12-05T08:00:00Z,2.55,17850,France\n"
      "C6,A,HEART,-4,2010-12-06T08:00:00Z,2.55,17850,France\n");
  EXPECT_EQ(dataset.orders[0].refunded_minor(), 6 * 255);
  EXPECT_EQ(dataset.orders[1].refunded_minor(), 6 * 255);
  const auto& rejected = dataset.report.rejected(Reason::cancellation_without_purchase);
  ASSERT_EQ(rejected.lines, 1U);
  EXPECT_EQ(rejected.examples[0].line, 5U);
  EXPECT_EQ(dataset.report.accepted_sum().str(), "0.00");
}

TEST(Cancellations, ReachThePostageOfAnOrder) {
  const auto dataset = load_lines(std::string{kSale} +
                                  "1,POST,POSTAGE,1,2010-12-01T08:00:00Z,18,17850,France\n"
                                  "C2,POST,POSTAGE,-1,2010-12-02T08:00:00Z,18,17850,France\n");
  EXPECT_EQ(dataset.orders.at(0).refunded_minor(), 1800);
  EXPECT_EQ(dataset.report.rejected_lines(), 0U);
}

TEST(Cancellations, FindNoPurchaseInARejectedInvoice) {
  const auto dataset = load_lines(
      "1,POST,POSTAGE,1,2010-12-01T08:00:00Z,18,17850,France\n"
      "C2,POST,POSTAGE,-1,2010-12-02T08:00:00Z,18,17850,France\n");
  EXPECT_TRUE(dataset.orders.empty());
  EXPECT_EQ(dataset.report.rejected_sum().str(), "0.00");
  EXPECT_EQ(dataset.report.rejected_lines(), 2U);
}

}  // namespace
}  // namespace souk::online_retail
