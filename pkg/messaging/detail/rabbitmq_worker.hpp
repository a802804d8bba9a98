#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "messaging/detail/backoff.hpp"
#include "messaging/detail/rabbitmq_connection.hpp"
#include "runtime/module.hpp"

namespace souk::messaging::detail {

/// A thread that keeps one connection to RabbitMQ and opens another whenever it is lost, after a
/// growing, jittered pause. What the connection is for, its Role says. Owned by the role, which
/// outlives the thread: stop(), or the destructor, ends it.
class RabbitmqWorker {
 public:
  /// Every function is called on the worker's thread. What they throw costs the connection.
  class Role {
   public:
    virtual ~Role() = default;
    virtual void opened(RabbitmqConnection& connection) = 0;
    virtual void received(RabbitmqConnection& connection, RabbitmqConnection::News news) = 0;
    /// After opened(), or in its midst.
    virtual void lost(const std::string& why) = 0;
  };
  /// `connection` is null where there is none.
  using Command = std::function<void(RabbitmqConnection* connection)>;

  RabbitmqWorker(const runtime::ModuleContext& context, std::string purpose, Role& role);
  /// Hangs up and waits for the thread: 3 s at most, while it connects.
  ~RabbitmqWorker();
  RabbitmqWorker(const RabbitmqWorker&) = delete;
  RabbitmqWorker& operator=(const RabbitmqWorker&) = delete;

  void start();
  /// Has `command` run on the thread, in turn. From any thread.
  void post(Command command);
  /// Ends the connection, whatever hangs on it. From any thread.
  void hang_up();
  /// Runs what was posted, takes leave of the broker and ends the thread.
  Task<> stop();

 private:
  void run();
  void hold_connection();
  void serve(RabbitmqConnection& connection);
  void run_commands(RabbitmqConnection* connection);
  void wait(int socket, std::chrono::milliseconds longest);
  void use_socket(int socket);

  const RabbitmqAddress address_;
  const std::string name_;
  Role& role_;
  Log& log_;
  Random& random_;
  prometheus::Counter& reconnects_;
  Backoff backoff_;

  const int wake_;  // an eventfd
  std::mutex mutex_;
  std::vector<Command> commands_;
  int socket_ = -1;
  std::function<void(bool)> ended_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace souk::messaging::detail
