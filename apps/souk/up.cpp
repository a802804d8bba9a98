#include <csignal>
#include <thread>

#include <fmt/format.h>

#include "commands.hpp"
#include "core/error.hpp"
#include "demo.hpp"
#include "fleet.hpp"
#include "installation.hpp"
#include "pid_file.hpp"
#include "platform.hpp"
#include "process_table.hpp"
#include "runtime/host.hpp"
#include "runtime/service_main.hpp"
#include "supervisor.hpp"

namespace souk::app {
namespace {

using namespace std::chrono_literals;
using config::Settings;

constexpr int kPublicPort = 8080;
constexpr int kOpsPort = 9080;

/// How the platform is hosted.
struct Shape {
  bool processes = false;  ///< each program by itself
  int replicas = 1;        ///< of each, then
};

int port_or(const Settings& settings, std::string_view name, int fallback) {
  return settings.optional(name) ? static_cast<int>(settings.integer(name)) : fallback;
}

/// Demo mode, with every port and address filled in.
Settings demo_settings(Settings settings, const Shape& shape) {
  const int port = port_or(settings, "PORT", kPublicPort);
  settings = settings.with("SOUK_DEMO", "on")
                 .with("PORT", std::to_string(port))
                 .with("OPS_PORT", std::to_string(port_or(settings, "OPS_PORT", kOpsPort)));
  if (port != kPublicPort && !settings.environment().contains("SOUK_PUBLIC_URL")) {
    settings = settings.with("SOUK_PUBLIC_URL", fmt::format("http://localhost:{}", port));
  }
  if (!settings.optional("SANDBOX_PAYMENT_URL")) {
    settings =
        settings.with("SANDBOX_PAYMENT_URL",
                      fmt::format("http://127.0.0.1:{}", settings.integer("SANDBOX_PAYMENT_PORT")));
  }
  // A broker that is named is used; where none is, the installation starts one.
  if (shape.processes && !settings.environment().contains("SOUK_BUS")) {
    if (settings.optional("RABBITMQ_URL")) {
      settings = settings.with("SOUK_BUS", "rabbitmq");
    } else if (settings.optional("KAFKA_BROKERS")) {
      settings = settings.with("SOUK_BUS", "kafka");
    }
  }
  return settings;
}

ChildSpec sandbox_child(const Settings& settings) {
  return {.name = "sandbox-provider",
          .command = {sibling_program("sandbox-provider")},
          .environment = settings.environment(),
          .ports = {.http = static_cast<int>(settings.integer("SANDBOX_PAYMENT_PORT"))}};
}

void announce(const Settings& settings, bool seeded) {
  const auto port = settings.integer("PORT");
  fmt::print("\nSouk is open: http://localhost:{}   (operations: http://localhost:{}/readyz)\n",
             port, settings.integer("OPS_PORT"));
  fmt::print("  administrator   {} / {}{}\n", kDemoAdmin, kDemoPassword,
             seeded ? "" : "   (from the first run)");
  fmt::print("  API docs        http://localhost:{}/docs\n", port);
  fmt::print("  try             curl 'http://localhost:{}/api/v1/products?query=lamp'\n", port);
  fmt::print("  stop            Ctrl-C\n\n");
  std::fflush(stdout);
}

/// An instance while it runs: what it stands on, what it started, who is who.
struct Instance {
  Log& log;
  Installation& installation;
  Supervisor& supervisor;
  ProcessTable& table;

  void run() {
    supervisor.run([this] { note_processes(); });
    fmt::print(stderr, "stopping ...\n");
  }

  void note_processes() {
    auto all = installation.servers();
    for (const auto& process : supervisor.processes()) all.push_back(process);
    table.write(all);
  }
};

/// One process: modules, gateway and all.
void up_in_one(Instance& instance) {
  runtime::Process process{instance.installation.settings(), "souk"};
  runtime::Host host{
      process, all_modules(), {.ops_port = static_cast<int>(process.settings.integer("OPS_PORT"))}};
  host.start();
  const bool seeded = seed_demo(host, process, instance.installation.data_folder());
  announce(process.settings, seeded);
  instance.run();
  host.stop();
}

/// Each program in a process of its own, or in several.
void up_in_processes(Instance& instance, int replicas) {
  const Fleet fleet{instance.installation.settings(), replicas};
  for (const auto& program : fleet.programs()) instance.supervisor.add(program);
  instance.note_processes();
  fleet.wait_ready();
  runtime::Process process{fleet.settings(), "souk"};
  runtime::Host client{process, {}, {}};
  client.start();
  const bool seeded = seed_demo(client, process, instance.installation.data_folder());
  client.stop();
  announce(fleet.settings(), seeded);
  instance.run();
}

void up(const Shape& shape) {
  runtime::block_stop_signals();
  const auto settings = demo_settings(Settings::from_process(), shape);
  Log log{"supervisor", Log::parse_level(settings.text("SOUK_LOG_LEVEL"))};
  Installation installation{settings};
  const PidFile pid_file{installation.data_folder()};
  ProcessTable table{installation.data_folder()};
  installation.start(log, shape.processes ? Servers::everything : Servers::database);
  for (const auto& applied : installation.migrate()) log.info("migrated", {{"migration", applied}});
  runtime::load_internal_key(installation.settings());  // made before several processes look for it

  Supervisor supervisor{log};
  supervisor.add(sandbox_child(installation.settings()));
  installation.wait_started();
  if (!wait_for_http(settings.text("SANDBOX_PAYMENT_URL"), "/healthz", 30s))
    throw unavailable("the sandbox payment provider does not come up");
  Instance instance{log, installation, supervisor, table};
  if (shape.processes) {
    up_in_processes(instance, shape.replicas);
  } else {
    up_in_one(instance);
  }
  supervisor.stop(installation.settings().milliseconds("SOUK_DRAIN_MS") + 1s);
  installation.stop();
}

void stop() {
  const Installation installation{Settings::from_process()};
  const auto folder = installation.data_folder();
  const int pid = PidFile::running(folder);
  if (pid == 0) {
    fmt::print("nothing runs in {}\n", folder.string());
    return;
  }
  kill(pid, SIGTERM);
  while (PidFile::running(folder) == pid) std::this_thread::sleep_for(50ms);
  fmt::print("stopped\n");
}

}  // namespace

void add_up(CLI::App& app) {
  auto* up_command =
      app.add_subcommand("up", "Run a demo instance with everything it needs, until Ctrl-C");
  auto shape = std::make_shared<Shape>();
  auto* processes = up_command->add_flag(
      "--processes", shape->processes,
      "each program in a process of its own, on PostgreSQL, Redis and RabbitMQ");
  up_command->add_option("--replicas", shape->replicas, "so many processes of each program")
      ->needs(processes)
      ->check(CLI::Range(1, kMostReplicas))
      ->capture_default_str();
  up_command->callback([shape] { up(*shape); });

  app.add_subcommand("stop", "Stop the instance that runs in SOUK_DATA_DIR")->callback(stop);
}

}  // namespace souk::app
