#include "database/database.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/test_schema.hpp"

namespace souk::database {
namespace {

using namespace std::chrono_literals;

class DatabaseApiTest : public DatabaseSuite {
 protected:
  std::int64_t count(Scope as) {
    return run(database.query_one(as, kCountItems)).get<std::int64_t>(0);
  }
  void SetUp() override { admin("TRUNCATE items, promises"); }
  std::int32_t backend() {
    constexpr Query kPid{"test.pid", "SELECT pg_backend_pid()"};
    return run(database.query_one(scope(), kPid)).get<std::int32_t>(0);
  }

  /// The code of what the body threw; empty if it did not throw.
  template <class F>
  std::string error_code(F body) {
    try {
      body();
    } catch (const Error& error) {
      return error.code;
    }
    return "";
  }
};

TEST_F(DatabaseApiTest, OneStatementInItsOwnTransaction) {
  const auto id = next_id();
  EXPECT_EQ(run(database.query(scope(), kInsertItem, id, "mug", 5)).affected(), 1U);
  EXPECT_EQ(run(database.query_one(scope(), kItemStock, id)).get<std::int64_t>("stock"), 5);
  EXPECT_FALSE(run(database.query_optional(scope(), kItemStock, next_id())));
  EXPECT_THROW(run(database.query_one(scope(), kItemStock, next_id())), BadColumn);
}

TEST_F(DatabaseApiTest, TransactionGivesBackWhatItsBodyGave) {
  const auto id = next_id();
  auto stock = run(database.transact(scope(), [&](Transaction& tx) -> Task<std::int64_t> {
    tx.queue(kInsertItem, id, "mug", 5);
    tx.queue(kSetStock, id, 7);
    auto row = co_await tx.query_one(kItemStock, id);
    tx.queue(kSetStock, id, 9);
    co_return row.get<std::int64_t>("stock");
  }));
  EXPECT_EQ(stock, 7);
  EXPECT_EQ(run(database.query_one(scope(), kItemStock, id)).get<std::int64_t>("stock"), 9);
}

TEST_F(DatabaseApiTest, RoundTripsAreAsFewAsPromised) {
  auto trips = [&, last = std::uint64_t{0}]() mutable {
    const auto now = database.stats().round_trips;
    return now - std::exchange(last, now);
  };
  run(database.query(scope(), kCountItems));
  EXPECT_EQ(trips(), 1U);  // although the statements were prepared on the way
  run(database.transact(scope(), [&](Transaction& tx) -> Task<> {
    for (int i = 0; i < 10; ++i) tx.queue(kInsertItem, next_id(), fmt::format("mug {}", i), i);
    co_return;
  }));
  EXPECT_EQ(trips(), 1U);
  run(database.transact(scope(), [&](Transaction& tx) -> Task<> {
    tx.queue(kInsertItem, next_id(), "cup", 1);
    co_await tx.query(kCountItems);
    tx.queue(kInsertItem, next_id(), "jug", 1);
  }));
  EXPECT_EQ(trips(), 2U);
  run(database.transact(scope(), [](Transaction&) -> Task<> { co_return; }));
  EXPECT_EQ(trips(), 0U);
  EXPECT_EQ(count(scope()), 12);
}

TEST_F(DatabaseApiTest, ExceptionOfTheBodyRollsBackAndTravelsOn) {
  const auto body = [&](Transaction& tx) -> Task<> {
    co_await tx.query(kInsertItem, next_id(), "mug", 1);
    throw Error(Kind::conflict, "changed_my_mind", "");
  };
  EXPECT_EQ(error_code([&] { run(database.transact(scope(), body)); }), "changed_my_mind");
  EXPECT_EQ(count(scope()), 0);
}

TEST_F(DatabaseApiTest, DeferredConstraintBreaksAtCommitInBothForms) {
  const auto before = backend();
  constexpr Query kPromise{"promise.insert", "INSERT INTO promises VALUES ($1, $2)"};
  EXPECT_EQ(error_code([&] { run(database.query(scope(), kPromise, 1, 99)); }), "promise_broken");
  EXPECT_EQ(error_code([&] {
              run(database.transact(scope(), [&](Transaction& tx) -> Task<> {
                tx.queue(kPromise, 1, 99);
                co_return;
              }));
            }),
            "promise_broken");
  EXPECT_EQ(count(scope()), 0);
  EXPECT_EQ(backend(), before);
}

TEST_F(DatabaseApiTest, NamedConstraintBecomesItsError) {
  run(database.query(scope(), kInsertItem, next_id(), "mug", 1));
  try {
    run(database.query(scope(), kInsertItem, next_id(), "mug", 1));
    FAIL() << "a second mug was accepted";
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind, Kind::conflict);
    EXPECT_EQ(error.code, "name_taken");
    EXPECT_THAT(error.fields,
                ::testing::ElementsAre(FieldError{"name", "name_taken", "that name is taken"}));
    EXPECT_EQ(error.sqlstate(), "23505");
    EXPECT_THAT(error.what(), ::testing::AllOf(::testing::HasSubstr("item.insert"),
                                               ::testing::HasSubstr("items_name_taken")));
  }
}

TEST_F(DatabaseApiTest, UnknownConstraintAndBadSqlAreInternalAndKeepTheirStoryFromTheClient) {
  constexpr Query kNonsense{"test.nonsense", "SELECT nonsense FROM items"};
  const auto before = backend();
  for (int round = 0; round < 2;
       ++round) {  // twice: a statement that failed to prepare stays unprepared
    EXPECT_EQ(error_code([&] { run(database.query(scope(), kInsertItem, next_id(), "mug", -1)); }),
              "internal");
    try {
      run(database.query(scope(), kNonsense));
      FAIL() << "nonsense was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.code, "internal");
      EXPECT_THAT(error.detail, ::testing::Not(::testing::HasSubstr("nonsense")));
      EXPECT_THAT(error.what(), ::testing::HasSubstr("nonsense"));
    }
  }
  EXPECT_EQ(count(scope()), 0);
  EXPECT_EQ(backend(), before);  // the connection has stayed usable throughout
}

TEST_F(DatabaseApiTest, ErrorInAPipelineUndoesTheWholeTransactionAndFreesTheConnection) {
  const auto before = backend();
  EXPECT_EQ(error_code([&] {
              run(database.transact(scope(), [&](Transaction& tx) -> Task<> {
                tx.queue(kInsertItem, next_id(), "mug", 1);
                tx.queue(kInsertItem, next_id(), "mug", 1);
                tx.queue(kInsertItem, next_id(), "cup", 1);
                co_await tx.query(kCountItems);
              }));
            }),
            "name_taken");
  EXPECT_EQ(count(scope()), 0);
  EXPECT_EQ(backend(), before);
  EXPECT_EQ(database.stats().idle, 1U);
}

TEST_F(DatabaseApiTest, SwallowedErrorStillFailsTheTransaction) {
  EXPECT_EQ(error_code([&] {
              run(database.transact(scope(), [&](Transaction& tx) -> Task<> {
                tx.queue(kInsertItem, next_id(), "mug", 1);
                tx.queue(kInsertItem, next_id(), "mug", 1);
                try {
                  co_await tx.query(kCountItems);
                } catch (const Error&) {
                }
              }));
            }),
            "name_taken");
  EXPECT_EQ(count(scope()), 0);
}

TEST_F(DatabaseApiTest, ReadOnlyMeansReadOnly) {
  EXPECT_EQ(error_code([&] {
              run(database.read(scope(), [&](Transaction& tx) -> Task<> {
                co_await tx.query(kInsertItem, next_id(), "mug", 1);
              }));
            }),
            "internal");
  EXPECT_EQ(count(scope()), 0);
  const auto seen = run(database.read(scope(), [&](Transaction& tx) -> Task<std::int64_t> {
    co_return (co_await tx.query_one(kCountItems)).get<std::int64_t>("n");
  }));
  EXPECT_EQ(seen, 0);
}

TEST_F(DatabaseApiTest, TenantsSeeTheirOwnRowsOnly) {
  const Scope one{tenant(1), in(10s)}, two{tenant(2), in(10s)}, nobody{TenantId{}, in(10s)};
  const auto id = next_id();
  run(database.query(one, kInsertItem, id, "mug", 1));
  EXPECT_EQ(count(one), 1);
  EXPECT_EQ(count(two), 0);
  EXPECT_EQ(count(nobody), 0);
  EXPECT_EQ(run(database.query(two, kSetStock, id, 99)).affected(), 0U);

  constexpr Query kSmuggle{"test.smuggle",
                           "INSERT INTO items (tenant_id, id, name) VALUES ($1, $2, 'x')"};
  EXPECT_EQ(error_code([&] { run(database.query(two, kSmuggle, tenant(1), next_id())); }),
            "internal");
  EXPECT_EQ(count(one), 1);
}

TEST_F(DatabaseApiTest, WithoutATenantNothingShowsAndNothingGoesIn) {
  run(database.query(scope(), kInsertItem, next_id(), "mug", 1));
  BlockingConnection bare(test_database->app_url());
  EXPECT_EQ(bare.run("SELECT count(*) FROM items").front().get<std::int64_t>(0), 0);
  EXPECT_THROW(bare.run("INSERT INTO items (id, name) VALUES (gen_random_uuid(), 'x')"),
               BlockingConnection::Refused);
  EXPECT_EQ(admin("SELECT count(*) FROM items").front().get<std::int64_t>(0), 1);
}

TEST_F(DatabaseApiTest, TheTenantOfOneTransactionIsGoneInTheNext) {
  constexpr Query kTenant{"test.tenant", "SELECT souk_tenant() AS id"};
  EXPECT_EQ(run(database.query_one(scope(), kTenant)).get<TenantId>("id"), tenant(1));
  constexpr Query kBroken{"test.broken", "SELECT 1 / $1::int"};
  EXPECT_EQ(error_code([&] { run(database.query(scope(), kBroken, 0)); }), "internal");
  EXPECT_EQ(run(database.query_one({tenant(2), in(10s)}, kTenant)).get<TenantId>("id"), tenant(2));
}

TEST_F(DatabaseApiTest, CheckRefusesWhomPoliciesDoNotBind) {
  run(database.check(in(10s)));
  const auto refused = [&](const std::string& url) {
    Database other(loop.get_executor(), {.url = url, .role = ""});
    return error_code([&] { run(other.check(in(10s))); });
  };
  EXPECT_EQ(refused(test_database->admin_url()), "unsafe_database_role");
  EXPECT_EQ(refused(test_database->owner_url()), "unsafe_database_role");
  EXPECT_EQ(refused(test_database->app_url()), "");
  // The owner's login will do for a service: it becomes souk_service.
  Database as_owner(loop.get_executor(), {.url = test_database->owner_url()});
  run(as_owner.check(in(10s)));
}

TEST_F(DatabaseApiTest, SerializationFailureIsRetriedOnlySoOften) {
  const auto id = next_id();
  run(database.query(scope(), kInsertItem, id, "mug", 0));
  int runs = 0, collisions = 1;
  const auto add_one = [&](Transaction& tx) -> Task<> {
    ++runs;
    const auto stock = (co_await tx.query_one(kItemStock, id)).get<std::int64_t>(0);
    if (collisions-- > 0) admin("UPDATE items SET stock = stock + 10");  // somebody gets in between
    co_await tx.query(kSetStock, id, stock + 1);
  };
  run(database.transact(scope(), add_one, Isolation::repeatable_read));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(run(database.query_one(scope(), kItemStock, id)).get<std::int64_t>(0), 11);

  runs = 0, collisions = 100;
  EXPECT_EQ(
      error_code([&] { run(database.transact(scope(), add_one, Isolation::repeatable_read)); }),
      "unavailable");
  EXPECT_EQ(runs, 4);
}

TEST_F(DatabaseApiTest, ChangedTableDoesNotDisturbPreparedStatements) {
  constexpr Query kAll{"item.all", "SELECT * FROM items"};
  run(database.query(scope(), kAll));
  admin("ALTER TABLE items ADD COLUMN colour text");
  EXPECT_EQ(run(database.query(scope(), kAll)).size(), 0U);
  EXPECT_EQ(run(database.transact(scope(),
                                  [&](Transaction& tx) -> Task<std::size_t> {
                                    co_return (co_await tx.query(kAll)).size();
                                  })),
            0U);
  admin("ALTER TABLE items DROP COLUMN colour");
  EXPECT_EQ(run(database.query(scope(), kAll)).size(), 0U);
}

TEST_F(DatabaseApiTest, TwoQueriesOfOneNameAreABug) {
  constexpr Query kOne{"test.twice", "SELECT 1"}, kOther{"test.twice", "SELECT 2"};
  run(database.query(scope(), kOne));
  EXPECT_THROW(run(database.query(scope(), kOther)), std::logic_error);
  EXPECT_EQ(run(database.query_one(scope(), kOne)).get<std::int32_t>(0), 1);
}

TEST_F(DatabaseApiTest, PipelinesLargerThanAnyBufferDoNotLockUp) {
  constexpr Query kEcho{"test.echo", "SELECT $1::text AS text"};
  const std::string big(1'000'000, 'x');
  const auto echoed = run(database.transact(scope(), [&](Transaction& tx) -> Task<std::size_t> {
    for (int i = 0; i < 30; ++i) tx.queue(kEcho, big);  // 30 MB there while 30 MB come back
    co_return (co_await tx.query_one(kEcho, big)).get<std::string>("text").size();
  }));
  EXPECT_EQ(echoed, big.size());
}

TEST_F(DatabaseApiTest, ObserverHearsOfEachStatementOfTheCallerAndOfCommits) {
  std::vector<std::pair<std::string, bool>> heard;
  Database observed(loop.get_executor(),
                    {.url = test_database->app_url(), .observer = [&](const QueryEvent& event) {
                       heard.emplace_back(event.name, event.ok);
                       EXPECT_GT(event.duration, 0ns);
                     }});
  run(observed.transact(scope(), [&](Transaction& tx) -> Task<> {
    tx.queue(kInsertItem, next_id(), "mug", 1);
    co_await tx.query(kCountItems);
  }));
  error_code([&] { run(observed.query(scope(), kInsertItem, next_id(), "mug", 1)); });
  EXPECT_THAT(heard, ::testing::ElementsAre(::testing::Pair("item.insert", true),
                                            ::testing::Pair("item.count", true),
                                            ::testing::Pair("transaction.commit", true),
                                            ::testing::Pair("item.insert", false)));
}

}  // namespace
}  // namespace souk::database
