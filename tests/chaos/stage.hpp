#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "apps/souk/kept.hpp"
#include "isolation.hpp"
#include "messaging/private_rabbitmq.hpp"
#include "schedule.hpp"
#include "summary.hpp"
#include "support/running_platform.hpp"
#include "testing/gate.hpp"
#include "verdict.hpp"

namespace souk::chaos {

/// Where chaos happens: the real platform, whose ways to PostgreSQL, to the payment provider and to its
/// broker lead through gates; on a disk and in a network of its own where the kernel allows that. Blocking,
/// one thread.
class Stage {
 public:
  Stage(testing::Shape shape, std::vector<std::string> environment);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  testing::RunningPlatform& platform() { return platform_; }
  /// "postgres", "provider", and "rabbitmq" where there is a broker.
  testing::Gate& link(const std::string& name) { return *links_.at(name); }

  /// What may break here.
  SchedulePlan plan(std::chrono::milliseconds length) const;

  void begin(const Fault& fault);
  void end(const Fault& fault);
  /// As it was: links healed, processes awake, packets passed, room on the disk.
  void heal();

  /// What the processes that live have counted of the calls between them.
  RpcCounts rpcs() const;

  std::vector<Violation> verdict(const Recorder& recorder, std::chrono::seconds limit) const;

 private:
  void gate_databases();
  void gate_provider();
  void gate_broker();
  void break_link(const Fault& fault);
  void signal(const std::string& process, int number);

  Log log_{"stage", Log::Level::warn};
  testing::RunningPlatform platform_;
  std::optional<SmallDisk> disk_;
  std::unique_ptr<app::Kept<messaging::PrivateRabbitMq>> broker_;
  std::vector<Fault> open_;  // begun, not ended

  // The gates' loop: its thread ends before they do.
  boost::asio::io_context loop_{1};
  std::map<std::string, std::unique_ptr<testing::Gate>> links_;
  struct Runner {
    explicit Runner(boost::asio::io_context& to_run)
        : loop(to_run), work(to_run.get_executor()), thread([this] { loop.run(); }) {}
    ~Runner() {
      loop.stop();
      thread.join();
    }
    boost::asio::io_context& loop;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
    std::thread thread;
  } runner_{loop_};
};

}  // namespace souk::chaos
