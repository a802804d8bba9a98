#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace souk::messaging {

/// A RabbitMQ broker of our own in a folder of our own, on free ports of 127.0.0.1: for tests, and
/// for a look at the platform with a broker. It brings its own epmd (Erlang's name server), which
/// ends with it. Runs as whoever starts it, root or not.
///
/// Blocking; for start-up and shutdown, on any one thread. One object owns a folder at a time (a
/// lock file sees to that). A broker whose owner was killed goes on running and is adopted by the
/// next start(); the ports stay the same for as long as the folder does, unless somebody took them
/// meanwhile. Throws Error{unavailable, "private_rabbitmq"}; the reason stands in the detail.
class PrivateRabbitMq {
 public:
  /// `folder` is made if absent: data/, log/, broker.pid and epmd.pid live in it.
  explicit PrivateRabbitMq(std::filesystem::path folder);
  /// Stops the broker, if this object started or adopted it.
  ~PrivateRabbitMq();
  PrivateRabbitMq(const PrivateRabbitMq&) = delete;
  PrivateRabbitMq& operator=(const PrivateRabbitMq&) = delete;

  /// Starts or adopts the broker and waits until one can log in (7 s on an idle machine). Brings
  /// back one that was killed, with all that it had confirmed.
  void start();
  /// Asks it to end, waits, and ends its epmd too. Does nothing if it does not run.
  void stop();
  /// As a machine that fails: the broker ends at once and writes nothing more.
  void kill_9();

  /// What to connect with: amqp://guest:guest@127.0.0.1:PORT.
  std::string url() const;
  /// False once the broker has died; start() brings it back.
  bool running() const;

  pid_t pid() const { return broker_; }      ///< 0 = not running
  pid_t epmd_pid() const { return epmd_; }   ///< 0 = not running
  bool adopted() const { return adopted_; }  ///< start() found it running
  const std::filesystem::path& folder() const { return folder_; }

 private:
  struct Ports {
    int amqp = 0;
    int distribution = 0;
    int epmd = 0;
  };

  void lock_folder();
  void unlock_folder();
  void choose_ports();
  bool adopt();
  void launch_epmd();
  bool launch_broker();
  bool answers() const;

  std::filesystem::path folder_;
  Ports ports_;
  pid_t broker_ = 0;
  pid_t epmd_ = 0;
  int lock_ = -1;
  bool adopted_ = false;
};

}  // namespace souk::messaging
