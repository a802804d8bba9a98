#include "installation.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "database/migrator.hpp"
#include "platform.hpp"

namespace souk::app {
namespace {

/// Settings prefixes of everything that has a database; the sandbox provider migrates its own.
constexpr std::array kPrefixes{"USER",      "PRODUCT",      "ORDER",  "PAYMENT",
                               "INVENTORY", "NOTIFICATION", "SANDBOX"};

std::string database_name(std::string_view prefix) { return "souk_" + text::to_lower(prefix); }
std::string url_setting(std::string_view prefix) { return fmt::format("{}_DATABASE_URL", prefix); }
std::string owner_setting(std::string_view prefix) {
  return fmt::format("{}_DATABASE_OWNER_URL", prefix);
}

}  // namespace

Installation::Installation(config::Settings settings) : settings_(std::move(settings)) {}

std::filesystem::path Installation::data_folder() const {
  return std::filesystem::absolute(settings_.text("SOUK_DATA_DIR"));
}

bool Installation::needs_private_cluster() const {
  return std::ranges::any_of(kPrefixes,
                             [&](auto prefix) { return !settings_.optional(url_setting(prefix)); });
}

void Installation::start() {
  if (!needs_private_cluster()) return;
  const auto folder = data_folder() / "postgres";
  if (database::PrivateCluster::is_owned(folder)) {
    throw Error{
        Kind::conflict, "already_running",
        fmt::format(
            "{} is in use by a running instance: stop it (make stop), or give this one another "
            "SOUK_DATA_DIR, PORT and OPS_PORT.",
            data_folder().string())};
  }
  std::filesystem::create_directories(data_folder());
  cluster_ = std::make_unique<database::PrivateCluster>(folder);
  cluster_->start();
  owns_ = true;
  make_databases();
  fill_in_urls();
}

void Installation::attach() {
  if (!needs_private_cluster()) return;
  const auto folder = data_folder() / "postgres";
  if (!database::PrivateCluster::is_owned(folder)) return start();
  cluster_ = std::make_unique<database::PrivateCluster>(folder);
  fill_in_urls();
}

void Installation::make_databases() {
  for (const auto* prefix : kPrefixes) {
    if (!settings_.optional(url_setting(prefix))) cluster_->create_database(database_name(prefix));
  }
}

void Installation::fill_in_urls() {
  for (const auto* prefix : kPrefixes) {
    if (settings_.optional(url_setting(prefix))) continue;
    const auto name = database_name(prefix);
    settings_ = settings_.with(url_setting(prefix), cluster_->url(name, database::ClusterRole::app))
                    .with(owner_setting(prefix), cluster_->url(name, database::ClusterRole::owner));
  }
}

std::vector<std::string> Installation::migrate() {
  std::vector<std::string> applied;
  for (const auto& spec : service_modules()) {
    for (const auto& name :
         database::Migrator{owner_url(settings_, spec.database), spec.migrations}.up()) {
      applied.push_back(fmt::format("{}: {}", spec.name, name));
    }
  }
  return applied;
}

void Installation::keep_running() {
  if (!owns_ || cluster_->running()) return;
  cluster_->stop();
  cluster_->start();
}

void Installation::stop() {
  if (owns_) cluster_->stop();
  owns_ = false;
}

std::string owner_url(const config::Settings& settings, std::string_view prefix) {
  if (const auto owner = settings.optional(owner_setting(prefix))) return *owner;
  if (const auto url = settings.optional(url_setting(prefix))) return *url;
  throw Error{Kind::validation, "invalid_setting",
              fmt::format("Setting {}: is not set", url_setting(prefix))};
}

}  // namespace souk::app
