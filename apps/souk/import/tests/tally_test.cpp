#include "apps/souk/import/tally.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace souk::app {
namespace {

using namespace std::chrono_literals;

ApiReply reply(int status, std::string_view body = "{}", bool replayed = false) {
  return {.status = status, .body = boost::json::parse(body), .replayed = replayed};
}

TEST(Tally, TellsOutcomesApart) {
  Tally tally;
  for (int i = 0; i < 98; ++i) tally.count_order(reply(201), 10ms, "a");
  tally.count_order(reply(201), 300ms, "a");
  tally.count_order(reply(201, "{}", true), 9s, "earlier");
  tally.count_order(reply(402), 1s, "a");
  tally.count_order(reply(409, R"({"code":"out_of_stock"})"), 1s, "a");
  EXPECT_EQ(tally.failed(), 0U);
  const auto table = tally.table(10s);
  EXPECT_NE(table.find("confirmed                 99               1"), std::string::npos) << table;
  EXPECT_NE(table.find("declined                   1               0"), std::string::npos) << table;
  EXPECT_NE(table.find("out of stock               1               0"), std::string::npos) << table;
  EXPECT_NE(table.find("9.9 orders/s"), std::string::npos) << table;
  EXPECT_NE(table.find("p50 10 ms, p99 300 ms"), std::string::npos)
      << "orders of an earlier run took no checkout: " << table;
}

TEST(Tally, FailuresSayWhyAndWhere) {
  Tally tally;
  const auto unknown =
      reply(422, R"({"code":"validation_failed","errors":[{"code":"unknown_sku"}]})");
  tally.count_order(unknown, 1s, "f.csv:2: one");
  tally.count_order(unknown, 1s, "f.csv:9: two");
  tally.count_order(reply(202, R"({"status":"pending"})"), 1s, "f.csv:12: three");
  tally.count_failure("log in: 401 invalid_credentials", "f.csv:15: four");
  EXPECT_EQ(tally.failed(), 4U);
  const auto table = tally.table(1s);
  EXPECT_NE(table.find("2 x 422 validation_failed (unknown_sku), e.g. f.csv:2: one\n"),
            std::string::npos)
      << table;
  EXPECT_NE(table.find("1 x 202 pending, e.g. f.csv:12: three\n"), std::string::npos) << table;
  EXPECT_NE(table.find("1 x log in: 401 invalid_credentials"), std::string::npos) << table;
}

TEST(Tally, NothingHappened) { EXPECT_NE(Tally{}.table(1s).find("p50 0 ms"), std::string::npos); }

}  // namespace
}  // namespace souk::app
