#include "testing/test_database.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "database/blocking.hpp"
#include "database/migrator.hpp"
#include "database/private_cluster.hpp"
#include "process/child.hpp"

namespace souk::testing {
namespace {

using database::ClusterRole;

/// Ends the server and removes the folder as soon as this program is gone, whatever ended it: then
/// the pipe that the little shell reads from closes. SIGQUIT: nothing is worth keeping, and a
/// backend that a test left stopped doesn't hold it up.
class Janitor {
 public:
  explicit Janitor(const std::filesystem::path& folder) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe2");
    constexpr const char* kScript = R"(
      cat >/dev/null
      pid=$(head -n1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null &&
        while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
      rm -rf "$1")";
    process::spawn({"/bin/sh", "-c", kScript, "sh", folder.string()}, "/dev/null", ends[0]);
    close(ends[0]);
    pipe_ = ends[1];
  }
  ~Janitor() { close(pipe_); }
  Janitor(const Janitor&) = delete;
  Janitor& operator=(const Janitor&) = delete;

 private:
  int pipe_ = -1;
};

std::filesystem::path scratch_folder() {
  const char* parent = std::getenv("TMPDIR");
  auto path = fmt::format("{}/souk-test-XXXXXX", parent ? parent : "/tmp");
  if (!mkdtemp(path.data())) throw std::system_error(errno, std::generic_category(), path);
  return path;
}

class Server {
 public:
  Server() {
    if (const char* host = std::getenv("SOUK_TEST_PGHOST")) {
      host_ = host;
      return;
    }
    const auto folder = scratch_folder();
    janitor_.emplace(folder);
    cluster_.emplace(folder, database::Durability::off);
    cluster_->start();
    host_ = cluster_->socket_folder().string();
  }

  std::string url(std::string_view name, ClusterRole role) const {
    return database::cluster_url(host_, name, role);
  }

 private:
  std::string host_;
  std::optional<Janitor> janitor_;  // before the cluster: it sweeps after the cluster has stopped
  std::optional<database::PrivateCluster> cluster_;
};

const Server& server() {
  static const Server only;
  return only;
}

void run_as_admin(const std::string& sql) {
  database::BlockingConnection(server().url("postgres", ClusterRole::admin)).run(sql);
}

}  // namespace

TestDatabase::TestDatabase(std::span<const EmbeddedFile> migrations) {
  static int count = 0;
  name_ = fmt::format("test_{}_{}", getpid(), ++count);
  run_as_admin(fmt::format("CREATE DATABASE {} OWNER souk_owner", name_));
  database::Migrator(owner_url(), migrations).up();
}

TestDatabase::~TestDatabase() {
  try {
    run_as_admin(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
  } catch (const std::exception&) {
    // A server that a test has ended keeps nothing.
  }
}

std::string TestDatabase::app_url() const { return server().url(name_, ClusterRole::app); }
std::string TestDatabase::owner_url() const { return server().url(name_, ClusterRole::owner); }
std::string TestDatabase::admin_url() const { return server().url(name_, ClusterRole::admin); }

}  // namespace souk::testing
