// database_bench [SECONDS]: transactions per second of this library beside pgbench's prepared mode,
// on one durable private server: the same two statements in one transaction, 16 connections each.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "database/blocking.hpp"
#include "database/database.hpp"
#include "database/migrator.hpp"
#include "database/private_cluster.hpp"
#include "testing/run.hpp"

namespace souk::database {
namespace {

namespace asio = boost::asio;
constexpr int kConnections = 16;

constexpr Query kMove{"bench.move", "UPDATE counters SET value = value + $2 WHERE id = $1"};
constexpr Query kNote{"bench.note", "INSERT INTO notes (counter, amount) VALUES ($1, $2)"};
constexpr Query kRead{"bench.read", "SELECT value FROM counters WHERE id = $1"};

constexpr const char* kSchema =
    "CREATE TABLE counters (id int PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 70);"
    "INSERT INTO counters SELECT g, 0 FROM generate_series(1, 10000) g;"
    "CREATE TABLE notes (id bigserial PRIMARY KEY, counter int, amount int)";
constexpr const char* kWriteScript =
    "\\set id random(1, 10000)\nBEGIN;\nUPDATE counters SET value = value + 1 WHERE id = :id;\n"
    "INSERT INTO notes (counter, amount) VALUES (:id, 1);\nCOMMIT;\n";
constexpr const char* kReadScript =
    "\\set id random(1, 10000)\nSELECT value FROM counters WHERE id = :id;\n";

/// Its transactions per second; 0 if pgbench could not run.
double pgbench(const PrivateCluster& cluster, const std::string& script, int seconds) {
  const auto file = cluster.folder() / "bench.sql";
  FILE* out = std::fopen(file.c_str(), "w");
  std::fputs(script.c_str(), out);
  std::fclose(out);
  const auto command = fmt::format(
      "$(ls -d /usr/lib/postgresql/*/bin | tail -1)/pgbench -n -M prepared -c {} -j 2 -T {} -f {} "
      "'{}' 2>/dev/null"
      " | sed -n 's/^tps = \\([0-9.]*\\).*/\\1/p'",
      kConnections, seconds, file.string(), cluster.url("bench", ClusterRole::admin));
  FILE* pipe = popen(command.c_str(), "r");
  double rate = 0;
  if (std::fscanf(pipe, "%lf", &rate) != 1) rate = 0;
  pclose(pipe);
  return rate;
}

class Load {
 public:
  Load(const PrivateCluster& cluster, int seconds)
      : database_(loop_.get_executor(), {.url = cluster.url("bench", ClusterRole::app)}),
        seconds_(seconds) {}

  double run(bool write) {
    count_ = 0;
    end_ = std::chrono::steady_clock::now() + std::chrono::seconds(seconds_);
    for (int i = 0; i < kConnections; ++i) asio::co_spawn(loop_, shopper(i, write), asio::detached);
    const auto begin = std::chrono::steady_clock::now();
    loop_.restart();
    while (running_ > 0 || count_ == 0) loop_.run_one();
    return count_ / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

 private:
  Task<> shopper(int number, bool write) {
    ++running_;
    unsigned random = static_cast<unsigned>(number) * 7919;
    while (std::chrono::steady_clock::now() < end_) {
      random = random * 1664525 + 1013904223;
      const auto id = static_cast<int>(1 + (random >> 8) % 10000);
      const Scope scope{kDefaultTenant, std::chrono::steady_clock::now() + std::chrono::seconds(5)};
      if (write) {
        co_await database_.transact(scope, [id](Transaction& tx) -> Task<> {
          tx.queue(kMove, id, 1);
          tx.queue(kNote, id, 1);
          co_return;
        });
      } else {
        co_await database_.query(scope, kRead, id);
      }
      ++count_;
    }
    --running_;
  }

  asio::io_context loop_{1};
  Database database_;
  int seconds_;
  std::chrono::steady_clock::time_point end_;
  int running_ = 0;
  double count_ = 0;
};

void report(const char* what, double ours, double theirs) {
  fmt::print("{:<42} {:>9.0f}/s  pgbench {:>9.0f}/s  ratio {:.2f}\n", what, ours, theirs,
             ours / theirs);
}

void bench(int seconds) {
  std::string path = "/tmp/souk-bench-XXXXXX";
  const std::filesystem::path folder = mkdtemp(path.data());
  {
    PrivateCluster cluster(folder);
    cluster.start();
    cluster.create_database("bench");
    const auto owner = cluster.url("bench", ClusterRole::owner);
    Migrator(owner, {}).up();
    BlockingConnection(owner).run_script(kSchema);
    Load load(cluster, seconds);
    for (const auto* commit : {"on", "off"}) {
      BlockingConnection(cluster.url("bench", ClusterRole::admin))
          .run(fmt::format("ALTER DATABASE bench SET synchronous_commit = {}", commit));
      Load fresh(cluster, seconds);
      const auto ours = fresh.run(true);
      report(fmt::format("two statements, synchronous_commit={}", commit).c_str(), ours,
             pgbench(cluster, kWriteScript, seconds));
    }
    const auto ours = load.run(false);
    report("one SELECT by key", ours, pgbench(cluster, kReadScript, seconds));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace souk::database

int main(int argc, char** argv) { souk::database::bench(argc > 1 ? std::atoi(argv[1]) : 5); }
