#include <fmt/format.h>
#include <gtest/gtest.h>

#include "database/blocking.hpp"
#include "support/running_platform.hpp"

/// What every database of the platform has to look like, whichever service it belongs to.
namespace souk::testing {
namespace {

// The columns of a key are the first ones of some index, in any order.
constexpr char kWithoutIndex[] = R"(
  SELECT format('%s of %s', c.conname, c.conrelid::regclass) AS key FROM pg_constraint c
  WHERE c.contype = 'f' AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = c.conrelid
      AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)
  ORDER BY 1)";

TEST(Schema, ARowsDependantsAreFoundByAnIndex) {
  RunningPlatform platform{Shape::one_process};
  platform.start();
  std::vector<std::string> keys;
  for (const std::string service :
       {"user", "product", "order", "payment", "inventory", "notification"}) {
    database::BlockingConnection database{
        fmt::format("host={} user=postgres dbname=souk_{}",
                    (platform.folder() / "postgres/run").string(), service)};
    for (const auto& row : database.run(kWithoutIndex)) keys.push_back(row.get<std::string>("key"));
  }
  EXPECT_EQ(keys, std::vector<std::string>{}) << "each look for them reads the whole table";
}

}  // namespace
}  // namespace souk::testing
