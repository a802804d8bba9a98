#include "database/private_cluster.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "database/blocking.hpp"
#include "process/child.hpp"
#include "process/folder_lock.hpp"

namespace souk::database {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
namespace {

/// Crash recovery replays up to max_wal_size; seconds on a disk, but be patient with a slow one.
constexpr auto kStartTimeout = 120s;
constexpr auto kStopTimeout = 15s;
/// sockaddr_un holds 107 bytes and a NUL; "/.s.PGSQL.5432" takes 14 of them.
constexpr std::size_t kMaxSocketFolder = 107 - 14;

[[noreturn]] void fail(std::string_view why) {
  throw Error(Kind::unavailable, "private_database", fmt::format("private PostgreSQL: {}", why));
}

/// The newest installed server, or the one of the version that made `data`.
fs::path programs(const fs::path& data) {
  std::string version;
  std::ifstream(data / "PG_VERSION") >> version;
  fs::path newest;
  int newest_version = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const auto name = entry.path().filename().string();
    if (!fs::exists(entry.path() / "bin/postgres") || (!version.empty() && name != version))
      continue;
    if (const int number = std::atoi(name.c_str()); number > newest_version) {
      newest_version = number;
      newest = entry.path() / "bin";
    }
  }
  if (newest.empty()) {
    fail(version.empty() ? "it is not installed; run scripts/setup.sh"
                         : fmt::format("{} needs PostgreSQL {}", data.string(), version));
  }
  return newest;
}

const passwd* postgres_user() {
  const passwd* user = getpwnam("postgres");
  if (!user) fail("there is no user postgres; run scripts/setup.sh");
  return user;
}

/// PostgreSQL refuses to run as root: root becomes postgres. Where postgres may not pass through a
/// parent of `folder` (/root, say) it keeps the one capability that lets it.
std::vector<std::string> as_postgres(const fs::path& folder) {
  if (geteuid() != 0) return {};
  std::vector<std::string> command = {"setpriv", "--reuid=postgres", "--regid=postgres",
                                      "--init-groups"};
  auto probe = command;
  probe.insert(probe.end(), {"test", "-x", folder.string()});
  if (process::run(probe, "/dev/null") != 0) {
    command.insert(command.end(),
                   {"--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"});
  }
  return command;
}

void hand_over(const fs::path& folder) {
  fs::create_directories(folder);
  if (geteuid() == 0) {
    const auto* user = postgres_user();
    if (chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0)
      fail("cannot chown " + folder.string());
  }
  fs::permissions(folder, fs::perms::owner_all);
}

/// run/ inside the folder, unless its path is too long for a socket: then one in /tmp, named after
/// it.
fs::path choose_socket_folder(const fs::path& folder) {
  const auto inside = folder / "run";
  if (inside.string().size() <= kMaxSocketFolder) return inside;
  return fs::path("/tmp") /
         fmt::format("souk-{}-{:016x}", geteuid(), std::hash<std::string>{}(folder));
}

/// In /tmp anybody might have made it before us.
void make_socket_folder(const fs::path& folder) {
  hand_over(folder);
  struct stat info{};
  const auto owner = geteuid() == 0 ? postgres_user()->pw_uid : geteuid();
  if (lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != owner) {
    fail(folder.string() + " is not ours");
  }
}

/// What initdb would do file by file, a thousand times over, and much slower for that.
void sync_file_system(const fs::path& folder) {
  const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = handle >= 0 && syncfs(handle) == 0;
  if (handle >= 0) close(handle);
  if (!synced) fail("cannot write " + folder.string() + " to disk");
}

std::string encode(std::string_view text) {
  std::string encoded;
  for (unsigned char c : text) {
    encoded += std::isalnum(c) || c == '/' || c == '-' || c == '_' || c == '.'
                   ? std::string(1, static_cast<char>(c))
                   : fmt::format("%{:02X}", c);
  }
  return encoded;
}

std::vector<std::string> server_settings(Durability durability) {
  std::vector<std::string> settings = {
      "listen_addresses=",  // the socket is the only way in
      "max_connections=200",
      "random_page_cost=1.1",  // an SSD
      "jit=off",               // short statements only; compiling them costs more than it gives
      // Without statistics a join of a batch reads its whole table, which costs a young shop a third
      // of its speed until the first look.
      "autovacuum_naptime=10s", "log_min_messages=warning", "cluster_name=souk"};
  if (durability == Durability::on) {
    settings.insert(settings.end(),
                    {"fsync=on", "synchronous_commit=on", "full_page_writes=on",
                     "shared_buffers=256MB", "wal_compression=lz4", "wal_buffers=16MB",
                     "min_wal_size=256MB", "max_wal_size=2GB", "checkpoint_timeout=15min"});
  } else {
    settings.insert(settings.end(), {"fsync=off", "synchronous_commit=off", "full_page_writes=off",
                                     "shared_buffers=64MB", "max_wal_size=512MB"});
  }
  return settings;
}

void require_plain_name(std::string_view name) {
  const bool plain = !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  if (!plain) fail(fmt::format("'{}' is no database name (a-z, 0-9, _)", name));
}

}  // namespace

PrivateCluster::PrivateCluster(fs::path folder, Durability durability)
    : folder_(fs::absolute(folder).lexically_normal()),
      socket_folder_(choose_socket_folder(folder_)),
      durability_(durability) {}

PrivateCluster::~PrivateCluster() {
  try {
    stop();
  } catch (const std::exception&) {
    // Nothing more can be done for it here; the next start() adopts or replaces it.
  }
}

void PrivateCluster::start() {
  if (running()) return;
  pid_ = 0;
  if (!lock_) {
    hand_over(folder_);
    lock_.emplace(folder_);
  }
  try {
    if (!adopt()) {
      if (!fs::exists(folder_ / "data")) initialize();
      launch();
    }
    make_roles();
  } catch (...) {
    stop();
    throw;
  }
}

bool PrivateCluster::running() const { return pid_ != 0 && !process::gone(pid_); }

bool PrivateCluster::is_owned(const fs::path& folder) { return process::FolderLock::held(folder); }

bool PrivateCluster::accepting() const {
  return PQping(url("postgres", ClusterRole::admin).c_str()) == PQPING_OK;
}

/// A server left behind by an owner that was killed. One that doesn't come to answer is replaced.
bool PrivateCluster::adopt() {
  const auto pid_file = folder_ / "data/postmaster.pid";
  int pid = 0;
  std::string data;
  std::ifstream(pid_file) >> pid >> data;
  if (pid <= 0) return false;
  if (process::name(pid) != "postgres") {
    fs::remove(pid_file);  // the number may belong to anybody by now, which would stop a new server
    return false;
  }
  pid_ = pid;
  const bool answers =
      process::wait_until(kStartTimeout, [&] { return process::gone(pid) || accepting(); });
  if (answers && !process::gone(pid)) return adopted_ = true;
  end_server(SIGQUIT);
  return false;
}

void PrivateCluster::initialize() {
  // Made aside and renamed: a folder called data is always a whole one.
  const auto fresh = folder_ / "data.new";
  const auto log = folder_ / "initdb.log";
  fs::remove_all(fresh);
  auto command = as_postgres(folder_);
  command.insert(command.end(),
                 {(programs(folder_ / "data") / "initdb").string(), "-D", fresh.string(), "-U",
                  "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"});
  if (process::run(command, log) != 0) fail("initdb failed:" + process::last_lines(log));
  if (durability_ == Durability::on) sync_file_system(fresh);
  fs::rename(fresh, folder_ / "data");
}

void PrivateCluster::launch() {
  make_socket_folder(socket_folder_);
  const auto data = folder_ / "data";
  const auto log = folder_ / "postgres.log";
  auto command = as_postgres(folder_);
  command.insert(command.end(), {(programs(data) / "postgres").string(), "-D", data.string(), "-k",
                                 socket_folder_.string(), "-p", "5432"});
  for (const auto& setting : server_settings(durability_)) {
    command.insert(command.end(), {"-c", setting});
  }
  // The children of a killed server keep its shared memory for a moment, in which a new one gives
  // up.
  for (int tries = 0; tries < 10; ++tries) {
    pid_ = process::spawn(command, log);
    bool ended = false;
    const bool answered = process::wait_until(kStartTimeout, [&] {
      ended = process::gone(pid_);
      return ended || accepting();
    });
    if (answered && !ended) return;
    if (!answered) end_server(SIGQUIT);
    pid_ = 0;
    std::this_thread::sleep_for(200ms);
  }
  fail("it does not start:" + process::last_lines(log));
}

void PrivateCluster::make_roles() {
  BlockingConnection db(url("postgres", ClusterRole::admin));
  db.run_script(R"(
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'souk_service') THEN
        CREATE ROLE souk_service NOLOGIN;
      END IF;
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'souk_owner') THEN
        CREATE ROLE souk_owner LOGIN CREATEDB IN ROLE souk_service;
      END IF;
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'souk_app') THEN
        CREATE ROLE souk_app LOGIN IN ROLE souk_service;
      END IF;
    END $$)");
}

/// Each signal is harsher than the one before; after the last nothing of a committed transaction is
/// lost either, the next start only takes longer.
void PrivateCluster::end_server(int signal) {
  if (pid_ == 0) return;
  const auto ended = [this] { return process::gone(pid_); };
  for (int harsher : {signal, SIGQUIT, SIGKILL}) {
    kill(pid_, harsher);
    if (process::wait_until(kStopTimeout, ended)) {
      pid_ = 0;
      return;
    }
  }
  fail(fmt::format("process {} cannot be ended", pid_));
}

void PrivateCluster::stop() {
  end_server(SIGINT);
  adopted_ = false;
  if (lock_ && socket_folder_.parent_path() == "/tmp") {
    std::error_code ignored;
    fs::remove_all(socket_folder_, ignored);
  }
  lock_.reset();
}

void PrivateCluster::create_database(std::string_view name) {
  require_plain_name(name);
  BlockingConnection db(url("postgres", ClusterRole::admin));
  if (!db.run("SELECT FROM pg_database WHERE datname = $1", {name}).empty()) return;
  db.run(fmt::format("CREATE DATABASE {} OWNER souk_owner", name));
}

void PrivateCluster::drop_database(std::string_view name) {
  require_plain_name(name);
  BlockingConnection db(url("postgres", ClusterRole::admin));
  db.run(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name));
}

std::string PrivateCluster::url(std::string_view database, ClusterRole role) const {
  return cluster_url(socket_folder_.string(), database, role);
}

std::string cluster_url(std::string_view host, std::string_view database, ClusterRole role) {
  constexpr const char* kLogins[] = {"souk_owner", "souk_app", "postgres"};
  return fmt::format("postgresql://{}@/{}?host={}&port=5432", kLogins[static_cast<int>(role)],
                     database, encode(host));
}

}  // namespace souk::database
