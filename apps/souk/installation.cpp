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

Installation::~Installation() {
  if (rabbitmq_started_.valid()) rabbitmq_started_.wait();
}

std::filesystem::path Installation::data_folder() const {
  return std::filesystem::absolute(settings_.text("SOUK_DATA_DIR"));
}

bool Installation::needs_private_cluster() const {
  return std::ranges::any_of(kPrefixes,
                             [&](auto prefix) { return !settings_.optional(url_setting(prefix)); });
}

void Installation::start(Log& log, Servers servers) {
  std::filesystem::create_directories(data_folder());
  if (servers == Servers::everything && !settings_.environment().contains("SOUK_BUS")) {
    rabbitmq_ = std::make_unique<Kept<messaging::PrivateRabbitMq>>(log, "rabbitmq",
                                                                   data_folder() / "rabbitmq");
    rabbitmq_started_ = std::async(std::launch::async, [this] { rabbitmq_->start(); });
  }
  if (needs_private_cluster()) {
    const auto folder = data_folder() / "postgres";
    if (database::PrivateCluster::is_owned(folder)) {
      throw Error{
          Kind::conflict, "already_running",
          fmt::format(
              "{} is in use by a running instance: stop it (make stop), or give this one another "
              "SOUK_DATA_DIR, PORT and OPS_PORT.",
              data_folder().string())};
    }
    postgres_ = std::make_unique<Kept<database::PrivateCluster>>(log, "postgres", folder);
    postgres_->start();
    make_databases(postgres_->server());
    fill_in_urls(postgres_->server());
  }
  if (servers == Servers::everything && !settings_.optional("REDIS_URL")) {
    redis_ = std::make_unique<Kept<redis::PrivateRedis>>(log, "redis", data_folder() / "redis");
    redis_->start();
    settings_ = settings_.with("REDIS_URL", redis_->server().url());
  }
}

void Installation::wait_started() {
  if (!rabbitmq_started_.valid()) return;
  rabbitmq_started_.get();
  settings_ =
      settings_.with("RABBITMQ_URL", rabbitmq_->server().url()).with("SOUK_BUS", "rabbitmq");
}

void Installation::attach() {
  if (!needs_private_cluster()) return;
  const auto folder = data_folder() / "postgres";
  std::filesystem::create_directories(data_folder());
  attached_ = std::make_unique<database::PrivateCluster>(folder);
  if (!database::PrivateCluster::is_owned(folder)) {
    attached_->start();
    make_databases(*attached_);
  }
  fill_in_urls(*attached_);
}

void Installation::make_databases(database::PrivateCluster& cluster) {
  for (const auto* prefix : kPrefixes) {
    if (!settings_.optional(url_setting(prefix))) cluster.create_database(database_name(prefix));
  }
}

void Installation::fill_in_urls(const database::PrivateCluster& cluster) {
  for (const auto* prefix : kPrefixes) {
    if (settings_.optional(url_setting(prefix))) continue;
    const auto name = database_name(prefix);
    settings_ = settings_.with(url_setting(prefix), cluster.url(name, database::ClusterRole::app))
                    .with(owner_setting(prefix), cluster.url(name, database::ClusterRole::owner));
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

std::vector<ProcessEntry> Installation::servers() const {
  std::vector<ProcessEntry> entries;
  if (postgres_) entries.push_back({postgres_->name(), postgres_->pid(), {}});
  if (redis_) entries.push_back({redis_->name(), redis_->pid(), {}});
  if (rabbitmq_) entries.push_back({rabbitmq_->name(), rabbitmq_->pid(), {}});
  return entries;
}

void Installation::stop() {
  if (rabbitmq_started_.valid()) rabbitmq_started_.wait();
  if (rabbitmq_) rabbitmq_->stop();
  if (redis_) redis_->stop();
  if (postgres_) postgres_->stop();
  attached_.reset();
}

std::string owner_url(const config::Settings& settings, std::string_view prefix) {
  if (const auto owner = settings.optional(owner_setting(prefix))) return *owner;
  if (const auto url = settings.optional(url_setting(prefix))) return *url;
  throw Error{Kind::validation, "invalid_setting",
              fmt::format("Setting {}: is not set", url_setting(prefix))};
}

}  // namespace souk::app
