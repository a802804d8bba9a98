// What happens to callers when connections, backends and whole servers die; and that it works
// again.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include "database/migrator.hpp"
#include "database/private_cluster.hpp"
#include "process/child.hpp"
#include "tests/test_schema.hpp"

namespace souk::database {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr Query kPid{"test.pid", "SELECT pg_backend_pid() AS pid"};
constexpr Query kUpdateAll{"test.update_all", "UPDATE items SET stock = stock + 1"};

/// Has a server of its own, to be ill-treated.
class FaultTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string path = "/tmp/souk-fault-XXXXXX";
    folder = mkdtemp(path.data());
    cluster = std::make_unique<PrivateCluster>(folder);  // durable: it will be killed
    cluster->start();
    cluster->create_database("shop");
    Migrator(cluster->url("shop", ClusterRole::owner), test_migrations()).up();
  }
  static void TearDownTestSuite() {
    cluster.reset();
    std::filesystem::remove_all(folder);
  }
  void SetUp() override { admin("TRUNCATE items"); }

  static Rows admin(const std::string& sql, const std::vector<Param>& params = {}) {
    return BlockingConnection(cluster->url("shop", ClusterRole::admin)).run(sql, params);
  }
  template <class T>
  T run(Task<T> task) {
    return testing::run(loop, std::move(task));
  }
  template <class T>
  std::string code_of(Task<T> task) {
    try {
      run(std::move(task));
    } catch (const Error& error) {
      return error.code;
    }
    return "ok";
  }
  Scope scope() const { return testing::scope(); }
  std::int32_t backend() { return run(database.query_one(scope(), kPid)).get<std::int32_t>("pid"); }
  std::int64_t count() {
    return run(database.query_one(scope(), kCountItems)).get<std::int64_t>("n");
  }
  Uuid next_id() { return ids.next(); }

  /// Until the server takes work again; the test's own limit ends it.
  void wait_for_recovery() {
    while (!run(database.ping(std::chrono::steady_clock::now() + 1s)))
      std::this_thread::sleep_for(10ms);
  }

  /// Does `harm` to the backend as soon as it waits in a statement like `sql`.
  static std::thread when_busy(std::string sql, std::function<void(int pid)> harm) {
    return std::thread([sql = std::move(sql), harm = std::move(harm)] {
      BlockingConnection db(cluster->url("shop", ClusterRole::admin));
      for (;;) {
        auto found = db.run(
            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'"
            " AND query LIKE $1",
            {sql});
        if (!found.empty()) return harm(found.front().get<std::int32_t>("pid"));
        std::this_thread::sleep_for(5ms);
      }
    });
  }

  static inline std::filesystem::path folder;
  static inline std::unique_ptr<PrivateCluster> cluster;
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  asio::io_context loop{1};
  Database database{loop.get_executor(), {.url = cluster->url("shop", ClusterRole::app)}};
};

TEST_F(FaultTest, IdleConnectionThatWasClosedIsReplacedUnnoticed) {
  const auto pid = backend();
  admin("SELECT pg_terminate_backend($1, 5000)", {pid});
  run(database.transact(scope(), [&](Transaction& tx) -> Task<> {
    tx.queue(kInsertItem, next_id(), "mug", 1);
    co_return;
  }));
  EXPECT_EQ(count(), 1);
  EXPECT_NE(backend(), pid);
  EXPECT_EQ(database.stats().open, 1U);
}

TEST_F(FaultTest, ConnectionLostInAStatementIsUnavailableThenFine) {
  auto killer = when_busy("SELECT pg_sleep%",
                          [](int pid) { admin("SELECT pg_terminate_backend($1)", {pid}); });
  EXPECT_EQ(code_of(database.transact(scope(),
                                      [&](Transaction& tx) -> Task<> {
                                        co_await tx.query(kInsertItem, next_id(), "mug", 1);
                                        co_await tx.query(kSleep, 20);
                                      })),
            "unavailable");
  killer.join();
  EXPECT_EQ(count(), 0);
}

TEST_F(FaultTest, ConnectionLostAtCommitIsAnUnknownOutcome) {
  admin(
      "CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS"
      " $$ BEGIN PERFORM pg_sleep(20); RETURN NULL; END $$");
  admin(
      "CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION dawdle()");
  const auto insert = [&](Transaction& tx) -> Task<> {
    tx.queue(kInsertItem, next_id(), "mug", 1);
    co_return;
  };
  const auto terminate = [](int pid) { admin("SELECT pg_terminate_backend($1)", {pid}); };
  auto killer = when_busy("COMMIT", terminate);
  EXPECT_EQ(code_of(database.transact(scope(), insert)), "commit_unknown");
  killer.join();
  auto second = when_busy("INSERT%", terminate);  // its commit comes with the end of the pipeline
  EXPECT_EQ(code_of(database.query(scope(), kInsertItem, next_id(), "mug", 1)), "commit_unknown");
  second.join();
  admin("DROP TRIGGER slow_commit ON items");
  EXPECT_EQ(count(), 0);
}

TEST_F(FaultTest, BackendKilledNineTakesAllConnectionsAndTheyComeBack) {
  auto killer = when_busy("SELECT pg_sleep%", [](int pid) { kill(pid, SIGKILL); });
  EXPECT_EQ(code_of(database.query(scope(), kSleep, 20)), "unavailable");
  killer.join();
  wait_for_recovery();
  run(database.query(scope(), kInsertItem, next_id(), "mug", 1));
  EXPECT_EQ(count(), 1);
}

TEST_F(FaultTest, PostmasterKilledNineFailsQuicklyAndKeepsWhatWasCommitted) {
  run(database.query(scope(), kInsertItem, next_id(), "mug", 1));
  const auto pid = cluster->pid();
  auto killer = when_busy("SELECT pg_sleep%", [pid](int) { kill(pid, SIGKILL); });
  EXPECT_EQ(code_of(database.query(scope(), kSleep, 20)), "unavailable");
  killer.join();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(code_of(database.query(scope(), kCountItems)), "unavailable");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);

  cluster->stop();
  cluster->start();
  wait_for_recovery();
  EXPECT_EQ(count(), 1);
}

TEST_F(FaultTest, RestartBetweenTwoTransactionsGoesUnnoticed) {
  run(database.query(scope(), kInsertItem, next_id(), "mug", 1));
  cluster->stop();
  cluster->start();
  EXPECT_EQ(count(), 1);
  cluster->stop();
  cluster->start();
  EXPECT_EQ(run(database.query(scope(), kUpdateAll)).affected(), 1U);
}

}  // namespace
}  // namespace souk::database
