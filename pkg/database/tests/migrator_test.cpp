#include "database/migrator.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "database/sql_text.hpp"
#include "tests/test_schema.hpp"

namespace souk::database {
namespace {

constexpr std::span<const EmbeddedFile> kNone{};
constexpr EmbeddedFile kFirst{
    "001_a.sql", "-- Makes a.\n-- +up\nCREATE TABLE a (id int);\n-- +down\nDROP TABLE a;\n"};
constexpr EmbeddedFile kSecond{"002_b.sql",
                               "-- +up\nCREATE TABLE b (id int);\n-- +down\nDROP TABLE b;\n"};

class MigratorTest : public ::testing::Test {
 protected:
  using Files = std::vector<EmbeddedFile>;

  std::vector<std::string> up(const Files& files) {
    return Migrator(database.owner_url(), files).up();
  }
  std::string problem(const Files& files) {
    try {
      up(files);
    } catch (const Error& error) {
      EXPECT_EQ(error.code, "migration_failed");
      return error.detail;
    }
    return "";
  }
  bool exists(const std::string& table) {
    return !BlockingConnection(database.owner_url())
                .run("SELECT to_regclass($1)::text AS name", {table})
                .front()
                .is_null("name");
  }

  testing::TestDatabase database{kNone};
};

TEST_F(MigratorTest, UpAppliesWhatIsPendingOnceAndInOrder) {
  EXPECT_THAT(up({kSecond, kFirst}), ::testing::ElementsAre("001_a.sql", "002_b.sql"));
  EXPECT_TRUE(exists("a") && exists("b"));
  EXPECT_THAT(up({kFirst, kSecond}), ::testing::IsEmpty());
}

TEST_F(MigratorTest, DownTakesBackTheNewestButNeverTheFoundation) {
  const Files files = {kFirst, kSecond};
  up(files);
  Migrator migrator(database.owner_url(), files);
  EXPECT_THAT(migrator.down(), ::testing::ElementsAre("002_b.sql"));
  EXPECT_TRUE(exists("a") && !exists("b"));
  EXPECT_THAT(migrator.down(10), ::testing::ElementsAre("001_a.sql"));
  EXPECT_THAT(migrator.up(), ::testing::ElementsAre("001_a.sql", "002_b.sql"));
}

TEST_F(MigratorTest, StatusShowsAppliedAndPending) {
  up({kFirst});
  const Files files = {kFirst, kSecond};
  const auto status = Migrator(database.owner_url(), files).status();
  ASSERT_EQ(status.size(), 3U);
  EXPECT_EQ(status[0].name, "000_souk.sql");
  EXPECT_TRUE(status[0].applied_at && status[1].applied_at);
  EXPECT_EQ(status[2].name, "002_b.sql");
  EXPECT_FALSE(status[2].applied_at);
}

TEST_F(MigratorTest, ChangedMigrationIsRefusedBeforeAnythingIsDone) {
  up({kFirst});
  auto changed = kFirst;
  changed.text = "-- +up\nCREATE TABLE a (id bigint);\n-- +down\nDROP TABLE a;\n";
  EXPECT_THAT(problem({changed, kSecond}), ::testing::HasSubstr("001_a.sql:1: was changed"));
  EXPECT_FALSE(exists("b"));
}

TEST_F(MigratorTest, FailureNamesFileAndLineAndLeavesNothingBehind) {
  const EmbeddedFile typo{"002_b.sql", "-- +up\nCREATE TABLE b (\n  id nonsense\n);\n-- +down\n"};
  EXPECT_THAT(problem({kFirst, typo}), ::testing::StartsWith("002_b.sql:3: type \"nonsense\""));
  // No position comes with this one: the line is that of the statement.
  const EmbeddedFile clash{
      "002_b.sql",
      "-- +up\nCREATE TABLE b (id int PRIMARY KEY);\n"
      "DO $body$ BEGIN PERFORM ';'; END $body$; -- ; no end\n"
      "INSERT INTO b VALUES (1);\n\n-- twice; on purpose\nINSERT INTO b VALUES (1);\n-- +down\n"};
  EXPECT_THAT(problem({kFirst, clash}), ::testing::StartsWith("002_b.sql:7: duplicate key"));
  EXPECT_TRUE(exists("a"));
  EXPECT_FALSE(exists("b"));
  EXPECT_EQ(problem({kFirst, kSecond}), "");
}

TEST_F(MigratorTest, BadFilesAreRefused) {
  EXPECT_THAT(problem({{"1_a.sql", kFirst.text}}), ::testing::HasSubstr("NNN_name.sql"));
  EXPECT_THAT(problem({{"001_a.sql", "CREATE TABLE a ();"}}), ::testing::HasSubstr("-- +up"));
  EXPECT_THAT(problem({kFirst, {"001_z.sql", kSecond.text}}), ::testing::HasSubstr("same number"));
}

TEST_F(MigratorTest, ManyAtOnceOnOneDatabaseApplyEachOnce) {
  std::vector<std::thread> threads;
  std::atomic<std::size_t> applied = 0;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&] { applied += up({kFirst, kSecond}).size(); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(applied, 2U);
}

TEST_F(MigratorTest, TablesOfTheOwnerAreOpenToTheServiceAndNoMore) {
  up({kFirst});
  BlockingConnection service(database.app_url());
  service.run("INSERT INTO a VALUES (1)");
  EXPECT_EQ(service.run("DELETE FROM a").affected(), 1U);
  EXPECT_THROW(service.run("DROP TABLE a"), BlockingConnection::Refused);
  EXPECT_THROW(service.run("TRUNCATE a"), BlockingConnection::Refused);
  EXPECT_THROW(service.run("CREATE TABLE c ()"), BlockingConnection::Refused);
  EXPECT_THROW(service.run("SELECT * FROM schema_migrations"), BlockingConnection::Refused);
}

TEST_F(MigratorTest, DatabasesMigratedAtOnceShareTheClusterWideRole) {
  BlockingConnection admin(database.admin_url());
  // An owner of another kind, as on somebody else's server: it has to make the role by itself.
  admin.run("DROP ROLE IF EXISTS other_owner");
  admin.run("CREATE ROLE other_owner LOGIN CREATEDB CREATEROLE");
  std::vector<std::string> urls;
  for (int i = 0; i < 6; ++i) {
    const auto name = database.name() + "_" + std::to_string(i);
    admin.run("CREATE DATABASE " + name + " OWNER other_owner");
    auto url = database.owner_url();
    url.replace(url.find("souk_owner"), 10, "other_owner");
    urls.push_back(url.replace(url.find(database.name()), database.name().size(), name));
  }
  std::vector<std::thread> threads;
  std::atomic<std::size_t> applied = 0;
  for (const auto& url : urls) {
    threads.emplace_back([&] { applied += Migrator(url, kNone).up().size(); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(applied, urls.size());
  for (int i = 0; i < 6; ++i)
    admin.run("DROP DATABASE " + database.name() + "_" + std::to_string(i));
  admin.run("DROP ROLE other_owner");
}

TEST(SqlText, LinesOfStatements) {
  constexpr std::string_view kScript =
      "-- head;\n\nSELECT ';', \"a;b\";\n/* ; */ DO $x$ ; $$ ; $x$;\nSELECT $1;\n\n  SELECT 2";
  EXPECT_EQ(line_of_statement(kScript, 0), 2);
  EXPECT_EQ(line_of_statement(kScript, 1), 3);
  EXPECT_EQ(line_of_statement(kScript, 2), 4);
  EXPECT_EQ(line_of_statement(kScript, 3), 6);
  EXPECT_EQ(line_of_position("žž\nž", 4), 1);  // characters, not bytes
  EXPECT_EQ(line_of_position("žž\nž", 3), 0);
}

}  // namespace
}  // namespace souk::database
