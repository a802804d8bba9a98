// Param -> PostgreSQL -> Row, for every type there is.
#include <limits>

#include <gmock/gmock.h>

#include "tests/test_schema.hpp"

namespace souk::database {
namespace {

using namespace std::chrono_literals;

class ValuesTest : public DatabaseSuite {
 protected:
  /// Sends `value` as the one parameter of `query` and reads it back.
  template <class T>
  T echo(const Query& query, const T& value) {
    return run(database.query_one(scope(), query, value)).template get<T>(0);
  }
};

constexpr Query kBool{"echo.bool", "SELECT $1::bool"};
constexpr Query kInt2{"echo.int2", "SELECT $1::int2"};
constexpr Query kInt4{"echo.int4", "SELECT $1::int4"};
constexpr Query kInt8{"echo.int8", "SELECT $1::int8"};
constexpr Query kDouble{"echo.double", "SELECT $1::float8"};
constexpr Query kText{"echo.text", "SELECT $1::text"};
constexpr Query kUuid{"echo.uuid", "SELECT $1::uuid"};
constexpr Query kTime{"echo.time", "SELECT $1::timestamptz"};
constexpr Query kBytes{"echo.bytes", "SELECT $1::bytea"};
constexpr Query kTexts{"echo.texts", "SELECT $1::text[]"};
constexpr Query kInts{"echo.ints", "SELECT $1::int8[]"};
constexpr Query kUuids{"echo.uuids", "SELECT $1::uuid[]"};
constexpr Query kUuidNulls{"echo.uuid_nulls",
                           "SELECT count(*) FROM unnest($1::uuid[]) x WHERE x IS NULL"};
constexpr Query kByteas{"echo.byteas",
                        "SELECT string_agg(encode(x, 'hex'), '|' ORDER BY n) "
                        "FROM unnest($1::bytea[]) WITH ORDINALITY AS each (x, n)"};
constexpr Query kNulls{"echo.nulls", "SELECT count(*), count(x) FROM unnest($1::int8[]) x"};

TEST_F(ValuesTest, Scalars) {
  EXPECT_TRUE(echo(kBool, true));
  EXPECT_FALSE(echo(kBool, false));
  EXPECT_EQ(echo(kInt2, std::int16_t{-7}), -7);
  EXPECT_EQ(echo(kInt4, std::numeric_limits<std::int32_t>::min()),
            std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(echo(kInt8, std::numeric_limits<std::int64_t>::max()),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(echo(kDouble, 0.1), 0.1);
  EXPECT_EQ(echo(kDouble, 1e300), 1e300);
  for (const std::string text : {"", "plain", "'; DROP TABLE items; --", "späť 😀\n\\x\"{}"}) {
    EXPECT_EQ(echo(kText, text), text);
  }
  const auto id = next_id();
  EXPECT_EQ(echo(kUuid, id), id);
  EXPECT_EQ(echo(kUuid, OrderId{id}), OrderId{id});
  EXPECT_EQ(echo(kBytes, Bytes{0, 1, 0xab, 0xff}), (Bytes{0, 1, 0xab, 0xff}));
  EXPECT_EQ(echo(kBytes, Bytes{}), Bytes{});
}

TEST_F(ValuesTest, TimesToTheMicrosecond) {
  for (const auto* text :
       {"2026-03-01T12:00:00Z", "2026-03-01T12:00:00.25Z", "1999-12-31T23:59:59.999999Z"}) {
    EXPECT_EQ(to_rfc3339(echo(kTime, from_rfc3339(text))), text);
  }
  EXPECT_EQ(echo(kTime, clock.now()).time_since_epoch().count() % 1, 0);
  constexpr Query kEnd{"echo.infinity", "SELECT 'infinity'::timestamptz"};
  EXPECT_THROW(run(database.query_one(scope(), kEnd)).get<Time>(0), BadColumn);
}

TEST_F(ValuesTest, Arrays) {
  const std::vector<std::string> texts = {"", "a,b", "\"quoted\" \\ {x}", "NULL", "späť"};
  EXPECT_EQ(echo(kTexts, texts), texts);
  EXPECT_EQ(echo(kTexts, std::vector<std::string>{}), std::vector<std::string>{});
  EXPECT_EQ(echo(kInts, std::vector<std::int64_t>{3, -1, 0}),
            (std::vector<std::int64_t>{3, -1, 0}));
  const std::vector<OrderId> ids_sent = {OrderId{next_id()}, OrderId{next_id()}};
  EXPECT_EQ(echo(kUuids, ids_sent), ids_sent);
  const std::vector<std::optional<OrderId>> some{ids_sent.at(0), std::nullopt};
  EXPECT_EQ(run(database.query_one(scope(), kUuidNulls, some)).get<std::int64_t>(0), 1);
  const std::vector<Bytes> bytes{{}, {0, 0xff, '"', '\\'}};
  EXPECT_EQ(run(database.query_one(scope(), kByteas, bytes)).get<std::string>(0), "|00ff225c");
  const std::vector<UserId> none;
  EXPECT_EQ(echo(kUuids, none), none);
  const std::vector<std::optional<std::int64_t>> some_null = {1, std::nullopt, 3};
  const auto counted = run(database.query_one(scope(), kNulls, some_null));
  EXPECT_EQ(counted.get<std::int64_t>(0), 3);
  EXPECT_EQ(counted.get<std::int64_t>(1), 2);
}

TEST_F(ValuesTest, Nulls) {
  using Maybe = std::optional<std::string>;
  EXPECT_EQ(echo(kText, Maybe{}), std::nullopt);
  EXPECT_EQ(echo(kText, Maybe{"x"}), "x");
  const auto row = run(database.query_one(scope(), kInt8, nullptr));
  EXPECT_TRUE(row.is_null("int8"));
  EXPECT_THROW(row.get<std::int64_t>(0), BadColumn);
  EXPECT_EQ(row.get<std::optional<std::int64_t>>(0), std::nullopt);
}

TEST_F(ValuesTest, ReadingWhatIsNotThereIsABug) {
  const auto rows = run(database.query(scope(), kInt8, 300));
  EXPECT_EQ(rows.front().get<std::string>("int8"), "300");  // everything has a text form
  EXPECT_THROW(rows.front().get<bool>("int8"), BadColumn);
  EXPECT_THROW(rows.front().get<Uuid>("int8"), BadColumn);
  EXPECT_THROW(rows.front().get<std::int64_t>("int9"), BadColumn);
  EXPECT_THROW(rows.front().get<std::int64_t>(1), BadColumn);
  EXPECT_THROW(rows[1], BadColumn);
  const auto large = run(database.query_one(scope(), kInt8, 70'000));
  EXPECT_THROW(large.get<std::int16_t>(0), BadColumn);
}

TEST_F(ValuesTest, RowOutlivesItsRows) {
  std::optional<Row> row;
  {
    auto rows = run(database.query(scope(), kText, "kept"));
    for (Row each : rows) row = each;
  }
  EXPECT_EQ(row->get<std::string>(0), "kept");
}

}  // namespace
}  // namespace souk::database
