#include "core/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace souk {
namespace {

using ::testing::ElementsAre;
using State = CsvRecord::State;

TEST(Csv, QuotesWhatHasTo) {
  Csv csv;
  csv.row({"plain", "a,b", "say \"hi\"", "two\nlines", ""});
  EXPECT_EQ(csv.take(), "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\r\n");
}

TEST(Csv, KeepsFormulasFromSpreadsheetsAndNumbersAsTheyAre) {
  for (const std::string cell : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"}) {
    Csv csv;
    csv.row({cell});
    const auto records = read_csv(csv.take());
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].record.fields.at(0), "'" + cell);
    EXPECT_EQ(without_guard(records[0].record.fields.at(0)), cell);
  }
  Csv csv;
  csv.row({Csv::Cell::number("-5.00"), "a-b"});
  EXPECT_EQ(csv.take(), "-5.00,a-b\r\n");
  EXPECT_EQ(without_guard("'tis"), "'tis");
}

TEST(Csv, ReadsBackWhatItWrote) {
  Csv csv;
  csv.row({"sku", "description"});
  csv.row({"A-1", "two\r\nlines, with \"quotes\""});
  csv.row({"A-2", ""});
  const auto records = read_csv(csv.take());
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(records[1].record.fields, ElementsAre("A-1", "two\r\nlines, with \"quotes\""));
  EXPECT_EQ(records[1].line, 2);
  EXPECT_THAT(records[2].record.fields, ElementsAre("A-2", ""));
  EXPECT_EQ(records[2].line, 4) << "the record before took two lines";
}

TEST(Csv, TakesWhateverEndsALine) {
  const auto records = read_csv("\xEF\xBB\xBFsku,name\n\nA,1\r\n\r\nB,2");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(records[0].record.fields, ElementsAre("sku", "name"));
  EXPECT_EQ(records[1].line, 3);
  EXPECT_THAT(records[2].record.fields, ElementsAre("B", "2"));
  EXPECT_TRUE(read_csv("").empty());
}

TEST(Csv, SaysWhichRecordsCannotBeRead) {
  EXPECT_EQ(read_csv("a,\"b\" c\nd").at(0).record.state, State::bad_quote);
  const auto stray = read_csv("pipe,5\" wide\nd");
  ASSERT_EQ(stray.size(), 2U) << "the line after it is another record";
  EXPECT_EQ(stray[0].record.state, State::bad_quote);
  const auto open = read_csv("a\nb,\"c\nd\ne");
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[1].record.state, State::open_quote);
  EXPECT_EQ(open[1].line, 2);
}

}  // namespace
}  // namespace souk
