#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "process/folder_lock.hpp"

namespace souk::database {

/// `off` loses data when the machine stops; it is for tests alone.
enum class Durability { on, off };

/// The logins of a private cluster.
enum class ClusterRole {
  owner,  ///< souk_owner: makes databases, owns the tables, runs migrations
  app,    ///< souk_app: what services log in as; a member of souk_service
  admin,  ///< postgres, the superuser: for tests and inspection
};

/// What to connect with to a private cluster whose socket folder is `host`.
std::string cluster_url(std::string_view host, std::string_view database, ClusterRole role);

/// A PostgreSQL server of our own in a folder of our own, reachable through a Unix socket only.
/// Blocking; for start-up and shutdown, on any one thread. One object owns a folder at a time (a
/// lock file sees to that). A server whose owner was killed goes on running and is adopted by the
/// next start(). Throws Error{unavailable, "private_database"}; the reason stands in the detail.
class PrivateCluster {
 public:
  /// `folder` is made if absent: data/, run/ (the socket) and postgres.log live in it.
  explicit PrivateCluster(std::filesystem::path folder, Durability durability = Durability::on);
  /// Stops the server, if this object started or adopted it.
  ~PrivateCluster();
  PrivateCluster(const PrivateCluster&) = delete;
  PrivateCluster& operator=(const PrivateCluster&) = delete;

  /// Makes the cluster on the first call ever, starts or adopts the server, waits until it answers.
  void start();
  /// Fast shutdown (SIGINT) and wait. Does nothing if it does not run.
  void stop();

  /// Owned by souk_owner; nothing happens if it exists.
  void create_database(std::string_view name);
  void drop_database(std::string_view name);

  /// What to connect with.
  std::string url(std::string_view database, ClusterRole role) const;

  /// False once the server has died; start() brings it back.
  bool running() const;
  /// True while some process runs the server of this folder through an object of this class.
  static bool is_owned(const std::filesystem::path& folder);

  int pid() const { return pid_; }           ///< the postmaster; 0 = not running
  bool adopted() const { return adopted_; }  ///< start() found it running
  const std::filesystem::path& folder() const { return folder_; }
  const std::filesystem::path& socket_folder() const { return socket_folder_; }

 private:
  bool accepting() const;
  bool adopt();
  void initialize();
  void launch();
  void make_roles();
  void end_server(int signal);

  std::filesystem::path folder_;
  std::filesystem::path socket_folder_;
  Durability durability_;
  std::optional<process::FolderLock> lock_;
  int pid_ = 0;
  bool adopted_ = false;
};

}  // namespace souk::database
