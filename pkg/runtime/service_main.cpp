#include "runtime/service_main.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "core/text.hpp"
#include "database/migrator.hpp"
#include "database/private_cluster.hpp"
#include "runtime/host.hpp"

namespace souk::runtime {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// A private, migrated database under SOUK_DATA_DIR/<service>, where the settings name none: so that one
/// service runs by itself. Null where they do, or where the service has no database.
std::unique_ptr<database::PrivateCluster> private_database(const ModuleSpec& spec,
                                                           config::Settings& settings) {
  const auto setting = fmt::format("{}_DATABASE_URL", spec.database);
  if (spec.database.empty() || settings.optional(setting)) return nullptr;
  const auto folder =
      std::filesystem::absolute(settings.text("SOUK_DATA_DIR")) / spec.name / "postgres";
  std::filesystem::create_directories(folder.parent_path());
  auto cluster = std::make_unique<database::PrivateCluster>(folder);
  cluster->start();
  const auto name = "souk_" + text::to_lower(spec.database);
  cluster->create_database(name);
  database::Migrator{cluster->url(name, database::ClusterRole::owner), spec.migrations}.up();
  settings = settings.with(setting, cluster->url(name, database::ClusterRole::app));
  return cluster;
}

void serve(ModuleSpec spec) {
  auto settings = config::Settings::from_process();
  const auto cluster = private_database(spec, settings);
  Process process{settings, spec.name};
  HostOptions options{.listen = true, .ops_port = spec.ops_port};
  if (process.settings.optional("GRPC_PORT"))
    spec.grpc_port = static_cast<int>(process.settings.integer("GRPC_PORT"));
  if (process.settings.optional("OPS_PORT"))
    options.ops_port = static_cast<int>(process.settings.integer("OPS_PORT"));
  std::vector<ModuleSpec> specs;
  specs.push_back(std::move(spec));
  Host host{process, std::move(specs), options};
  host.start();
  process.log.info("serving", {{"ops_port", std::int64_t{host.ops_port()}}});
  wait_for_stop_signal();
  process.log.info("stopping");
  host.stop();
}

}  // namespace

void block_stop_signals() {
  const auto signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void wait_for_stop_signal() {
  const auto signals = stop_signals();
  int signal = 0;
  sigwait(&signals, &signal);
}

int service_main(int argc, char** argv, ModuleSpec spec) {
  if (argc > 1) {
    const bool help = std::string_view{argv[1]} == "--help";
    fmt::print(help ? stdout : stderr,
               "usage: {}\nServes {} until SIGTERM or SIGINT. Its settings come from the "
               "environment and .env;\n"
               ".env.example lists them. gRPC listens on {}, operations on {}.\n",
               argv[0], spec.name, spec.grpc_port, spec.ops_port);
    return help ? 0 : 2;
  }
  block_stop_signals();
  try {
    serve(std::move(spec));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace souk::runtime
