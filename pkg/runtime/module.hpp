#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <grpcpp/server_builder.h>

#include "config/settings.hpp"
#include "core/clock.hpp"
#include "core/embedded.hpp"
#include "core/random.hpp"
#include "core/uuid.hpp"
#include "database/database.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"
#include "runtime/channel.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/rpc_service.hpp"

namespace souk::runtime {

/// Gives the channel to a service by its name ("order-service"). Channels live as long as the process.
using ChannelTo = std::function<rpc::Channel&(std::string_view service)>;

/// What the process gives each of its modules. Everything outlives the module. The event loop is the
/// module's own thread: every function of Module runs on it.
struct ModuleContext {
  std::string name;  ///< "order-service"
  const config::Settings& settings;
  boost::asio::any_io_executor loop;
  std::vector<boost::asio::io_context*> http_loops;  ///< for what serves HTTP on several threads
  const Clock& clock;
  Random& random;
  IdGenerator& ids;
  Log& log;
  Metrics& metrics;
  rpc::Wire wire;                     ///< with the module's admission
  std::span<const std::uint8_t> key;  ///< 32 bytes that all processes share, to derive keys from
  ChannelTo channel;

  /// The database options from PREFIX_DATABASE_URL ("ORDER") and the pool settings, with a metrics observer.
  database::DatabaseOptions database_options(
      std::string_view prefix, std::vector<database::ConstraintRule> constraints) const;
};

/// A service as a process hosts it: gRPC services, event consumers, periodic jobs.
/// Life: constructed -> services() registered -> start() once every channel works -> ready() polled ->
/// give_notice() -> stop() -> destroyed. All on its own event loop.
class Module {
 public:
  virtual ~Module() = default;

  /// What it serves; owned by the module. Called once, before start().
  virtual std::vector<rpc::Service*> services() = 0;
  /// Checks what it stands on and starts its jobs. Throwing stops the process with the reason.
  virtual Task<> start() = 0;
  /// Throws Error{unavailable} that says what is missing. Polled by /readyz.
  virtual Task<> ready() = 0;
  /// The process is about to stop, but everything is still served: what keeps connections of its own asks
  /// its clients to come back elsewhere.
  virtual Task<> give_notice() { co_return; }
  /// Ends the jobs and waits for their work in hand; the rpcs have ended already.
  virtual Task<> stop() = 0;
};

/// For Module::ready(): throws Error{unavailable} unless the database answers within a second.
Task<> require(database::Database& database);

/// How a process makes a module: what `user_module()` and its kin return.
struct ModuleSpec {
  std::string name;      ///< "user-service"
  std::string database;  ///< settings prefix, "USER"; empty: it has none
  int grpc_port = 0;     ///< where it listens in a process of its own
  int ops_port = 0;
  /// Nobody waits for most of what it does: its thread gives way to those that shoppers wait for.
  bool in_background = false;
  std::span<const EmbeddedFile> migrations;
  std::function<std::unique_ptr<Module>(ModuleContext)> make;
};

}  // namespace souk::runtime
