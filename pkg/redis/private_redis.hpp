#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

#include "process/folder_lock.hpp"

namespace souk::redis {

/// A Redis server of our own in a folder of our own, on a loopback port that was free when it first
/// started and that it keeps. It appends what it does to a file, so a kill loses nothing it answered.
///
/// Blocking; any one thread. One object owns a folder at a time; a server that a killed owner left
/// behind is ended by the next start(). Throws Error{unavailable, "private_redis"} with the reason.
class PrivateRedis {
 public:
  /// `folder` is made if absent. With a password, clients must give it.
  explicit PrivateRedis(std::filesystem::path folder, std::string password = {});
  /// Stops the server.
  ~PrivateRedis();
  PrivateRedis(const PrivateRedis&) = delete;
  PrivateRedis& operator=(const PrivateRedis&) = delete;

  /// Returns once the server answers. Does nothing if it runs.
  void start();
  /// SIGTERM, and waits until it has ended. Does nothing if it does not run.
  void stop();
  /// What a power cut does to the process. start() brings it back, on the same port, with its data.
  void kill_9();
  /// Stalls it: connections stay open and nobody answers (SIGSTOP), until resume().
  void pause() const;
  void resume() const;

  /// redis://[:password@]127.0.0.1:port/database: what REDIS_URL is set to. Known after start().
  std::string url(int database = 0) const;

  bool running() const;
  pid_t pid() const { return pid_; }  ///< 0 = not running
  std::uint16_t port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  void end_stray();
  bool launch();
  bool answers() const;
  bool end_server(int signal);

  std::filesystem::path folder_;
  std::string password_;
  std::optional<process::FolderLock> lock_;
  std::uint16_t port_ = 0;
  pid_t pid_ = 0;
};

}  // namespace souk::redis
