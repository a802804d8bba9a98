#pragma once

#include <future>
#include <memory>
#include <optional>

#include "config/settings.hpp"
#include "database/private_cluster.hpp"
#include "kept.hpp"
#include "messaging/private_rabbitmq.hpp"
#include "process_table.hpp"
#include "redis/private_redis.hpp"

namespace souk::app {

/// What an instance stands on besides its databases.
enum class Servers {
  database,    ///< nothing: one process has its own bus and cache
  everything,  ///< Redis, and RabbitMQ unless SOUK_BUS says otherwise: what replicas share
};

/// The servers that an installation stands on: those that the settings name, and private ones under
/// SOUK_DATA_DIR for the rest. A private server that dies is started again. Blocking; used by main
/// alone.
class Installation {
 public:
  explicit Installation(config::Settings settings);
  ~Installation();

  /// Starts (or adopts) the private servers, which `log` outlives. Throws Error{conflict,
  /// "already_running"} where another process runs them.
  void start(Log& log, Servers servers);

  /// For the command line: uses the private PostgreSQL of a running instance; starts it only where none
  /// runs, and stops it with this object.
  void attach();

  /// Brings every database up to date; gives back what was applied, as "order: 001_orders.sql".
  std::vector<std::string> migrate();

  /// Until what start() began is there: the broker takes its time, and migrations need none.
  void wait_started();

  /// Stops the private servers that this object runs.
  void stop();

  /// With every *_DATABASE_URL filled in, and REDIS_URL; after wait_started() the bus too.
  const config::Settings& settings() const { return settings_; }

  /// The private servers that this object runs.
  std::vector<ProcessEntry> servers() const;

  /// SOUK_DATA_DIR.
  std::filesystem::path data_folder() const;

 private:
  bool needs_private_cluster() const;
  void make_databases(database::PrivateCluster& cluster);
  void fill_in_urls(const database::PrivateCluster& cluster);

  config::Settings settings_;
  std::unique_ptr<Kept<database::PrivateCluster>> postgres_;
  std::unique_ptr<Kept<redis::PrivateRedis>> redis_;
  std::unique_ptr<Kept<messaging::PrivateRabbitMq>> rabbitmq_;
  std::unique_ptr<database::PrivateCluster> attached_;
  std::future<void> rabbitmq_started_;
};

/// What migrations of a database connect as: PREFIX_DATABASE_OWNER_URL, or else PREFIX_DATABASE_URL.
std::string owner_url(const config::Settings& settings, std::string_view prefix);

}  // namespace souk::app
