#include "database/private_cluster.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "database/blocking.hpp"
#include "process/child.hpp"

namespace souk::database {
namespace {

namespace fs = std::filesystem;

class PrivateClusterTest : public ::testing::Test {
 protected:
  PrivateClusterTest() {
    std::string path = "/tmp/souk-cluster-XXXXXX";
    root = mkdtemp(path.data());
  }
  ~PrivateClusterTest() override { fs::remove_all(root); }

  static Rows ask(const PrivateCluster& cluster, const std::string& sql) {
    return BlockingConnection(cluster.url("postgres", ClusterRole::admin)).run(sql);
  }

  /// Starts a cluster in another process and kills that process: the server stays behind.
  int orphan(const fs::path& folder) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) throw std::runtime_error("pipe");
    const pid_t owner = fork();
    if (owner == 0) {
      auto* cluster = new PrivateCluster(folder, Durability::off);
      cluster->start();
      cluster->create_database("shop");
      const int pid = cluster->pid();
      (void)!write(pipe_ends[1], &pid, sizeof pid);
      for (;;) pause();
    }
    int server = 0;
    EXPECT_EQ(read(pipe_ends[0], &server, sizeof server), static_cast<ssize_t>(sizeof server));
    kill(owner, SIGKILL);
    waitpid(owner, nullptr, 0);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    return server;
  }

  fs::path root;
};

TEST_F(PrivateClusterTest, StartsServesStopsAndFindsItsDataAgain) {
  PrivateCluster cluster(root / "pg", Durability::off);
  cluster.start();
  EXPECT_FALSE(cluster.adopted());
  cluster.create_database("shop");
  cluster.create_database("shop");
  BlockingConnection(cluster.url("shop", ClusterRole::owner)).run("CREATE TABLE kept ()");
  const int pid = cluster.pid();
  cluster.stop();
  EXPECT_TRUE(process::gone(pid));
  cluster.start();
  EXPECT_TRUE(
      BlockingConnection(cluster.url("shop", ClusterRole::owner)).run("TABLE kept").empty());
  EXPECT_THROW(cluster.create_database("x; DROP"), Error);
}

TEST_F(PrivateClusterTest, IsDurableUnlessToldOtherwiseAndListensOnNoPort) {
  PrivateCluster cluster(root / "pg");
  cluster.start();
  for (const auto* setting : {"fsync", "synchronous_commit", "full_page_writes"}) {
    EXPECT_EQ(ask(cluster, std::string("SHOW ") + setting).front().get<std::string>(0), "on")
        << setting;
  }
  EXPECT_EQ(ask(cluster, "SHOW listen_addresses").front().get<std::string>(0), "");
  EXPECT_EQ(fs::status(cluster.socket_folder()).permissions(), fs::perms::owner_all);
}

TEST_F(PrivateClusterTest, AdoptsTheServerOfAKilledOwnerAndStopsIt) {
  const int server = orphan(root / "pg");
  ASSERT_EQ(process::name(server), "postgres");
  PrivateCluster cluster(root / "pg", Durability::off);
  cluster.start();
  EXPECT_TRUE(cluster.adopted());
  EXPECT_EQ(cluster.pid(), server);
  BlockingConnection(cluster.url("shop", ClusterRole::app)).run("SELECT 1");
  cluster.stop();
  EXPECT_TRUE(process::gone(server));
}

TEST_F(PrivateClusterTest, RecoversWhatAPostmasterKilledNineLeftBehind) {
  const int server = orphan(root / "pg");
  kill(server, SIGKILL);
  PrivateCluster cluster(root / "pg", Durability::off);
  cluster.start();
  EXPECT_NE(cluster.pid(), server);
  BlockingConnection(cluster.url("shop", ClusterRole::owner)).run("SELECT 1");
}

TEST_F(PrivateClusterTest, BringsBackItsOwnServerThatDied) {
  PrivateCluster cluster(root / "pg", Durability::off);
  cluster.start();
  const int server = cluster.pid();
  kill(server, SIGKILL);
  EXPECT_TRUE(process::wait_until(std::chrono::seconds{10}, [&] { return !cluster.running(); }));
  cluster.start();
  EXPECT_NE(cluster.pid(), server);
  ask(cluster, "SELECT 1");
}

TEST_F(PrivateClusterTest, StalePidFileOfAStrangerDoesNotStopIt) {
  PrivateCluster cluster(root / "pg", Durability::off);
  cluster.start();
  cluster.stop();
  std::vector<std::string> stranger = {"sleep",
                                       "60"};  // of the same user, else PostgreSQL sees through it
  if (geteuid() == 0) stranger = {"setpriv", "--reuid=postgres", "--clear-groups", "sleep", "60"};
  const int pid = process::spawn(stranger, "/dev/null");
  while (process::name(pid) != "sleep") {
  }
  std::ofstream(root / "pg/data/postmaster.pid") << pid << "\n"
                                                 << (root / "pg/data").string() << "\n";
  cluster.start();
  EXPECT_NE(cluster.pid(), pid);
  ask(cluster, "SELECT 1");
  EXPECT_FALSE(process::gone(pid));
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

TEST_F(PrivateClusterTest, HalfMadeClusterIsMadeAnew) {
  fs::create_directories(root / "pg/data.new/base");
  PrivateCluster cluster(root / "pg", Durability::off);
  cluster.start();
  ask(cluster, "SELECT 1");
}

TEST_F(PrivateClusterTest, OneOwnerAtATime) {
  PrivateCluster first(root / "pg", Durability::off), second(root / "pg", Durability::off);
  first.start();
  try {
    second.start();
    FAIL() << "two owners of one folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "folder_in_use");
    EXPECT_THAT(error.detail, ::testing::HasSubstr("in use"));
  }
  ask(first, "SELECT 1");
}

TEST_F(PrivateClusterTest, WorksWhereOthersMayNotPassAndPathsAreLong) {
  fs::permissions(root, fs::perms::owner_all);  // as /root is
  const auto deep = root / std::string(60, 'x') / "with space & more" / "pg";
  fs::create_directories(deep);
  fs::path socket;
  {
    PrivateCluster cluster(deep, Durability::off);
    cluster.start();
    ask(cluster, "SELECT 1");
    socket = cluster.socket_folder();
    EXPECT_LT(socket.string().size(), 93U);
    cluster.stop();
    cluster.start();
    ask(cluster, "SELECT 1");
  }
  EXPECT_FALSE(fs::exists(socket));
}

TEST_F(PrivateClusterTest, FailureToStartSaysWhy) {
  PrivateCluster cluster(root / "pg", Durability::off);
  cluster.start();
  cluster.stop();
  std::ofstream(root / "pg/data/postgresql.conf") << "no_such_setting = 1\n";
  try {
    cluster.start();
    FAIL() << "started";
  } catch (const Error& error) {
    EXPECT_THAT(error.detail, ::testing::HasSubstr("no_such_setting"));
  }
  EXPECT_EQ(cluster.pid(), 0);
}

}  // namespace
}  // namespace souk::database
