#include "testing/test_database.hpp"

#include <cstdlib>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "database/blocking.hpp"
#include "database/migrator.hpp"
#include "database/private_cluster.hpp"
#include "testing/scratch.hpp"

namespace souk::testing {
namespace {

using database::ClusterRole;

class Server {
 public:
  Server() {
    if (const char* host = std::getenv("SOUK_TEST_PGHOST")) {
      host_ = host;
      return;
    }
    scratch_.emplace();
    cluster_.emplace(scratch_->path(), database::Durability::off);
    cluster_->start();
    host_ = cluster_->socket_folder().string();
  }

  std::string url(std::string_view name, ClusterRole role) const {
    return database::cluster_url(host_, name, role);
  }

 private:
  std::string host_;
  std::optional<ScratchFolder> scratch_;  // before the cluster: swept after that has stopped
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
