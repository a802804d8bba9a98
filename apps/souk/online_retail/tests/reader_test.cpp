#include "apps/souk/online_retail/reader.hpp"

#include <gmock/gmock.h>

#include "apps/souk/online_retail/tests/support.hpp"
#include "core/error.hpp"

namespace souk::online_retail {
namespace {

using ::testing::HasSubstr;
using testing::ScratchFolder;
using testing::with_header;

constexpr std::string_view kGood = "536365,85123A,HEART,6,2010-12-01T08:26:00Z,2.55,17850,France\n";

std::vector<Record> read_all(const std::string& path) {
  Reader reader{path};
  std::vector<Record> records;
  while (auto record = reader.next()) records.push_back(std::move(*record));
  return records;
}

std::string error_of(const std::string& path) {
  try {
    read_all(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "import_file_unreadable");
    return error.detail;
  }
  return "no error";
}

/// The problem found with the one data line of a file.
std::string problem_of(std::string_view line) {
  ScratchFolder scratch;
  const auto records = read_all(scratch.plain(with_header(line)));
  if (records.size() != 1) return std::to_string(records.size()) + " records";
  const auto* malformed = std::get_if<Malformed>(&records.front());
  return malformed ? malformed->problem : "none";
}

TEST(Reader, GivesEachFieldItsType) {
  ScratchFolder scratch;
  const auto records = read_all(scratch.plain(with_header(
      "C536379,85049a, \"x\n"
      "C536379,85049a,\"SAY \"\"HI\"\", YOU\",-2,2010-12-01T09:41:00Z,27.5,,United Kingdom\n")));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(std::get<Malformed>(records[0]).number, 2U);
  const auto& line = std::get<Line>(records[1]);
  EXPECT_EQ(line.number, 3U);
  EXPECT_EQ(line.invoice, "C536379");
  EXPECT_EQ(line.kind, InvoiceKind::cancellation);
  EXPECT_EQ(line.stock_code, "85049A");
  EXPECT_EQ(line.description, "SAY \"HI\", YOU");
  EXPECT_EQ(line.quantity, -2);
  EXPECT_EQ(to_rfc3339(line.time), "2010-12-01T09:41:00Z");
  EXPECT_EQ(line.unit_price.str(), "27.50");
  EXPECT_EQ(line.customer_id, std::nullopt);
  EXPECT_EQ(line.country, "United Kingdom");
  EXPECT_EQ(line.amount.str(), "-55.00");
}

TEST(Reader, ReadsPlainAndGzippedAlike) {
  ScratchFolder scratch;
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += kGood;  // several buffers
  const auto plain = read_all(scratch.plain(with_header(lines)));
  const auto gzipped = read_all(scratch.gzipped(with_header(lines)));
  ASSERT_EQ(plain.size(), 20'000U);
  ASSERT_EQ(gzipped.size(), 20'000U);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_EQ(std::get<Line>(plain[i]).text, std::get<Line>(gzipped[i]).text);
    EXPECT_EQ(std::get<Line>(plain[i]).number, i + 2);
  }
}

TEST(Reader, TakesWindowsLineEndsByteOrderMarkBlankLinesAndNoLastNewline) {
  ScratchFolder scratch;
  auto content = "\xEF\xBB\xBF" + with_header("\r\n") + std::string{kGood} + "\n" +
                 std::string{kGood.substr(0, kGood.size() - 1)};
  content.insert(content.find('\n'), "\r");
  const auto records = read_all(scratch.plain(content));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(std::get<Line>(records[0]).country, "France");
  EXPECT_EQ(std::get<Line>(records[1]).number, 5U);
}

TEST(Reader, AQuotedFieldMayHoldLineBreaks) {
  ScratchFolder scratch;
  const auto records = read_all(scratch.plain(
      with_header("1,A1,\"TWO\nLINES\",1,2010-12-01T09:41:00Z,1,,France\n" + std::string{kGood})));
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(std::get<Line>(records[0]).description, "TWO\nLINES");
  EXPECT_EQ(std::get<Line>(records[1]).number, 4U);
}

TEST(Reader, AnUnclosedQuoteCostsItsOwnLineOnly) {
  ScratchFolder scratch;
  std::string content = with_header("1,A1,\"OPEN,1,2010-12-01T09:41:00Z,1,,France\n");
  for (int i = 0; i < 30; ++i) content += kGood;
  auto records = read_all(scratch.plain(content));
  ASSERT_EQ(records.size(), 31U);
  EXPECT_EQ(std::get<Malformed>(records[0]).problem, "a quote is not closed");
  for (std::size_t i = 1; i < 31; ++i) EXPECT_EQ(std::get<Line>(records[i]).number, i + 2);

  // The quote that a later line opens in turn must not make the lines between them disappear.
  content = with_header("1,A1,\"OPEN,1,2010-12-01T09:41:00Z,1,,France\n");
  content += std::string{kGood} + "1,A1,\"FINE\",1,2010-12-01T09:41:00Z,1,,France\n";
  records = read_all(scratch.plain(content));
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(std::get<Line>(records[1]).number, 3U);
  EXPECT_EQ(std::get<Line>(records[2]).description, "FINE");
}

TEST(Reader, SaysWhatIsWrongWithALine) {
  EXPECT_EQ(problem_of(kGood), "none");
  EXPECT_EQ(problem_of("1,A,B,1,2010-12-01T09:41:00Z,1,17850\n"), "not eight columns");
  EXPECT_EQ(problem_of("1,A,B,1,2010-12-01T09:41:00Z,1,17850,UK,more\n"), "not eight columns");
  EXPECT_EQ(problem_of("1,A,B\"C,1,2010-12-01T09:41:00Z,1,1,UK\n"),
            "a quote in the middle of a field");
  EXPECT_EQ(problem_of("1,A,\"B\"C,1,2010-12-01T09:41:00Z,1,1,UK\n"),
            "a quote in the middle of a field");
  EXPECT_EQ(problem_of("1,A,\xFF,1,2010-12-01T09:41:00Z,1,1,UK\n"), "not UTF-8");
  for (const auto* invoice : {"", "C", "X1", "1C", "CC1", "1234567890123456789"}) {
    EXPECT_EQ(problem_of(std::string{invoice} + ",A,B,1,2010-12-01T09:41:00Z,1,1,UK\n"),
              "InvoiceNo is no invoice number");
  }
  EXPECT_EQ(problem_of("1, ,B,1,2010-12-01T09:41:00Z,1,1,UK\n"), "StockCode is empty");
  for (const auto* quantity : {"", "1.5", "one", "1e9", "1000001", "99999999999999999999", "+1"}) {
    EXPECT_EQ(problem_of("1,A,B," + std::string{quantity} + ",2010-12-01T09:41:00Z,1,1,UK\n"),
              "Quantity is no whole number");
  }
  EXPECT_EQ(problem_of("1,A,B,1,12/1/2010 8:26,1,1,UK\n"), "InvoiceDate is no RFC 3339 time");
  EXPECT_EQ(problem_of("1,A,B,1,2010-12-01T09:41:00Z,1e400,1,UK\n"),
            "UnitPrice is no decimal number");
  EXPECT_EQ(problem_of("1,A,B,1000000,2010-12-01T09:41:00Z,999999,1,UK\n"),
            "Quantity x UnitPrice is out of range");
  EXPECT_EQ(problem_of("1,A,B,1,2010-12-01T09:41:00Z,1,a b,UK\n"),
            "CustomerID is no customer number");
  EXPECT_EQ(problem_of("1,A," + std::string(70'000, 'x') + ",1,2010-12-01T09:41:00Z,1,1,UK\n"),
            "the line is far too long");
}

TEST(Reader, AMalformedLineKeepsItsAmountWhereItIsReadable) {
  ScratchFolder scratch;
  const auto records =
      read_all(scratch.plain(with_header("1,A,B,3,yesterday,0.001,1,UK\n"
                                         "1,A,B,x,yesterday,0.001,1,UK\n")));
  EXPECT_EQ(std::get<Malformed>(records[0]).amount.value().str(), "0.003");
  EXPECT_FALSE(std::get<Malformed>(records[1]).amount);
}

TEST(Reader, AnUnreadableFileIsAnErrorWithFileAndLine) {
  ScratchFolder scratch;
  const auto absent = scratch.path("absent.csv");
  EXPECT_EQ(error_of(absent), absent + ": no such file");
  EXPECT_EQ(error_of(scratch.path("")), scratch.path("") + ": no such file");
  EXPECT_THAT(error_of(scratch.plain("")), HasSubstr("input.csv:1: the file is empty"));
  EXPECT_THAT(error_of(scratch.plain("a,b,c\n1,2,3\n")),
              HasSubstr("input.csv:1: the first line must name the columns InvoiceNo,StockCode,"));
  EXPECT_THAT(error_of(scratch.plain(std::string(300'000, '\0'))), HasSubstr("input.csv:1: "));
}

TEST(Reader, ABrokenGzipStreamIsAnErrorWithItsLine) {
  ScratchFolder scratch;
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += std::to_string(i * 7919) + std::string{kGood};
  const auto path = scratch.gzipped(with_header(lines));
  const auto size = std::filesystem::file_size(path);
  {
    std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(static_cast<std::streamoff>(size) - 6);
    file << "\x01\x02";  // the checksum
  }
  EXPECT_THAT(error_of(path), HasSubstr("input.csv.gz:1: "));  // all of it is in one buffer
  std::filesystem::resize_file(path, size / 2);
  EXPECT_THAT(error_of(path), HasSubstr("the gzip stream ends too early"));
}

TEST(Reader, ShowsItsProgress) {
  ScratchFolder scratch;
  const auto path = scratch.gzipped(with_header(kGood));
  Reader reader{path};
  EXPECT_EQ(reader.bytes_total(), std::filesystem::file_size(path));
  while (reader.next()) {
  }
  EXPECT_EQ(reader.bytes_read(), reader.bytes_total());
}

}  // namespace
}  // namespace souk::online_retail
