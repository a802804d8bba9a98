#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "http/blocking_client.hpp"

namespace souk::testing {

enum class Shape {
  one_process,
  seven_processes,  ///< on Redis and RabbitMQ
  replicas,         ///< the same with two processes of each program
};

/// The real thing, as `make run` or `make run-all` starts it: `souk up` with ports and a data folder of
/// its own, which vanish with the object. Blocking; used by one thread, its URLs by any.
class RunningPlatform {
 public:
  /// `extra`: further environment, e.g. {"SOUK_RATE_LIMITS=off"}.
  explicit RunningPlatform(Shape shape, std::vector<std::string> extra = {});
  /// Stops it; a platform that cannot be stopped cleanly within a minute is killed and fails the test.
  ~RunningPlatform();
  RunningPlatform(const RunningPlatform&) = delete;
  RunningPlatform& operator=(const RunningPlatform&) = delete;

  /// More of it, before start().
  void add_environment(const std::vector<std::string>& more);
  /// Until /readyz answers 200. Throws std::runtime_error with the end of its log. `once`: further
  /// environment of this life only.
  void start(const std::vector<std::string>& once = {});
  /// Whether it ended by itself; then it is gone, as after kill_9().
  bool died();
  /// SIGTERM and wait; gives the exit code.
  int stop();
  /// kill -9 of the main process (its servers stay behind, as after a crash).
  void kill_9();
  /// kill -9 of one of its processes ("order-service-2", "rabbitmq", "postgres"), which it brings back by
  /// itself. Throws std::runtime_error where there is none of that name.
  void kill_9(const std::string& process);
  /// The pid of a process; 0 while it is not there.
  int pid_of(const std::string& process) const;
  /// Where its gRPC server listens.
  int grpc_port_of(const std::string& process) const;
  /// The names of all its processes, in alphabetical order.
  std::vector<std::string> processes() const;

  /// What a command of souk left behind.
  struct Ended {
    int exit_code = 0;
    std::string out;
    std::string err;
  };
  /// Runs `souk ARGUMENTS...` on this instance, as somebody would type it.
  Ended souk(std::vector<std::string> arguments);
  /// Only begins it; the pid. Its output goes to the files out() and err().
  int start_souk(std::vector<std::string> arguments);
  std::filesystem::path log_file() const { return folder_ / "souk.log"; }
  std::filesystem::path out() const { return folder_ / "souk.out"; }
  std::filesystem::path err() const { return folder_ / "souk.err"; }

  std::string url() const;                ///< http://127.0.0.1:PORT
  std::vector<std::string> urls() const;  ///< of every gateway
  std::string ops_url() const;
  std::vector<std::string> ops_urls() const;  ///< of every process that serves
  std::string provider_url() const;           ///< the sandbox payment provider
  /// Of the superuser, to a database of its private PostgreSQL ("souk_order").
  std::string database_url(const std::string& database) const;
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path mail_folder() const { return folder_ / "mail"; }
  int pid() const { return pid_; }
  /// What it has logged since its last death.
  std::string log() const;

 private:
  int launch(std::vector<std::string> arguments, const std::filesystem::path& out,
             const std::filesystem::path& err, const std::vector<std::string>& once = {});
  std::map<std::string, boost::json::object> table() const;
  std::string log_tail() const;
  void is_gone();

  Shape shape_;
  std::vector<std::string> extra_;
  std::filesystem::path folder_;
  int port_ = 0;
  int pid_ = 0;
};

}  // namespace souk::testing
