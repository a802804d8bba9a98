#pragma once

#include <memory>

#include "config/settings.hpp"
#include "database/private_cluster.hpp"

namespace souk::app {

/// The servers that an installation stands on: those that the settings name, and a private PostgreSQL
/// under SOUK_DATA_DIR for every *_DATABASE_URL that is unset. Blocking; used by main alone.
class Installation {
 public:
  explicit Installation(config::Settings settings);

  /// Starts (or adopts) the private server, unless every URL is set. Throws Error{conflict,
  /// "already_running"} where another process runs it.
  void start();

  /// For the command line: uses the private server of a running instance; starts it only where none runs.
  void attach();

  /// Brings every database up to date; gives back what was applied, as "order: 001_orders.sql".
  std::vector<std::string> migrate();

  /// Starts the private server again if it has died. Cheap; called every now and then.
  void keep_running();

  /// Stops the private server if this object runs it.
  void stop();

  /// With every *_DATABASE_URL filled in.
  const config::Settings& settings() const { return settings_; }

  /// SOUK_DATA_DIR.
  std::filesystem::path data_folder() const;

 private:
  bool needs_private_cluster() const;
  void make_databases();
  void fill_in_urls();

  config::Settings settings_;
  std::unique_ptr<database::PrivateCluster> cluster_;
  bool owns_ = false;
};

/// What migrations of a database connect as: PREFIX_DATABASE_OWNER_URL, or else PREFIX_DATABASE_URL.
std::string owner_url(const config::Settings& settings, std::string_view prefix);

}  // namespace souk::app
