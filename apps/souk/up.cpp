#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "commands.hpp"
#include "core/error.hpp"
#include "demo.hpp"
#include "http/blocking_client.hpp"
#include "installation.hpp"
#include "platform.hpp"
#include "runtime/host.hpp"
#include "runtime/service_main.hpp"
#include "supervisor.hpp"

namespace souk::app {
namespace {

using namespace std::chrono_literals;
using config::Settings;

constexpr int kPublicPort = 8080;
constexpr int kOpsPort = 9080;

int port_or(const Settings& settings, std::string_view name, int fallback) {
  return settings.optional(name) ? static_cast<int>(settings.integer(name)) : fallback;
}

/// "user-service" -> "USER_SERVICE_ADDR"
std::string address_setting(std::string service) {
  for (auto& c : service)
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return service + "_ADDR";
}

/// Demo mode, with every port and address filled in.
Settings demo_settings(Settings settings) {
  const int port = port_or(settings, "PORT", kPublicPort);
  settings = settings.with("SOUK_DEMO", "on")
                 .with("PORT", std::to_string(port))
                 .with("OPS_PORT", std::to_string(port_or(settings, "OPS_PORT", kOpsPort)));
  if (port != kPublicPort && settings.environment().count("SOUK_PUBLIC_URL") == 0) {
    settings = settings.with("SOUK_PUBLIC_URL", fmt::format("http://localhost:{}", port));
  }
  if (!settings.optional("SANDBOX_PAYMENT_URL")) {
    settings =
        settings.with("SANDBOX_PAYMENT_URL",
                      fmt::format("http://127.0.0.1:{}", settings.integer("SANDBOX_PAYMENT_PORT")));
  }
  return settings;
}

/// The pid of the running instance stands in SOUK_DATA_DIR/souk.pid while its lock is held.
class PidFile {
 public:
  explicit PidFile(const std::filesystem::path& path) : path_(path) {
    std::filesystem::create_directories(path.parent_path());
    file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0 || flock(file_, LOCK_EX | LOCK_NB) != 0) {
      throw Error{
          Kind::conflict, "already_running",
          fmt::format(
              "An instance runs in {} already: stop it with make stop, or give this one another "
              "SOUK_DATA_DIR, PORT and OPS_PORT.",
              path.parent_path().string())};
    }
    const auto pid = std::to_string(getpid());
    if (ftruncate(file_, 0) != 0 || write(file_, pid.data(), pid.size()) < 0) {
      throw unavailable(fmt::format("cannot write {}", path.string()));
    }
  }
  ~PidFile() {
    std::filesystem::remove(path_);
    close(file_);
  }
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;

  /// 0 where none runs.
  static int running(const std::filesystem::path& path) {
    const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) return 0;
    const bool free = flock(file, LOCK_SH | LOCK_NB) == 0;
    close(file);
    int pid = 0;
    if (!free) std::ifstream{path} >> pid;
    return pid;
  }

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

std::filesystem::path pid_path(const Installation& installation) {
  return installation.data_folder() / "souk.pid";
}

void wait_for_http(const std::string& base_url, std::string_view path, std::string_view what) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  for (;;) {
    try {
      http::BlockingClient client{base_url};
      if (client.get(std::string{path}).status == 200) return;
    } catch (const std::exception&) {
      // Not yet.
    }
    if (std::chrono::steady_clock::now() > deadline)
      throw unavailable(fmt::format("{} does not come up", what));
    std::this_thread::sleep_for(50ms);
  }
}

ChildSpec sandbox_child(const Settings& settings) {
  return {"sandbox-provider", {sibling_program("sandbox-provider")}, settings.environment()};
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

/// One process: modules, gateway and all.
void up_in_one(const Installation& installation, Supervisor& supervisor,
               const std::function<void()>& tick) {
  runtime::Process process{installation.settings(), "souk"};
  runtime::Host host{
      process, all_modules(), {.ops_port = static_cast<int>(process.settings.integer("OPS_PORT"))}};
  host.start();
  const bool seeded = seed_demo(host, process, installation.data_folder());
  announce(process.settings, seeded);
  supervisor.run(tick);
  fmt::print(stderr, "stopping ...\n");
  host.stop();
}

/// Seven processes on PORT, PORT+1, …; operations on OPS_PORT, OPS_PORT+1, …
void up_in_seven(const Installation& installation, Supervisor& supervisor,
                 const std::function<void()>& tick) {
  auto settings = installation.settings();
  const auto base = settings.integer("PORT");
  const auto ops = settings.integer("OPS_PORT");
  const auto specs = all_modules();
  std::map<std::string, std::int64_t> offsets;
  for (const auto& spec : specs) {
    offsets[spec.name] = spec.ops_port - kOpsPort;
    settings = settings.with(address_setting(spec.name),
                             fmt::format("127.0.0.1:{}", base + spec.grpc_port - kPublicPort));
  }
  for (const auto& spec : specs) {
    const auto child = settings.with("OPS_PORT", std::to_string(ops + offsets[spec.name]))
                           .with("GRPC_PORT", std::to_string(base + spec.grpc_port - kPublicPort));
    supervisor.add({spec.name, {sibling_program(spec.name)}, child.environment()});
  }
  for (const auto& spec : specs) {
    wait_for_http(fmt::format("http://127.0.0.1:{}", ops + offsets[spec.name]), "/readyz",
                  spec.name);
  }
  runtime::Process process{settings, "souk"};
  runtime::Host client{process, {}, {}};
  client.start();
  const bool seeded = seed_demo(client, process, installation.data_folder());
  client.stop();
  announce(settings, seeded);
  supervisor.run(tick);
  fmt::print(stderr, "stopping ...\n");
}

void up(bool processes) {
  runtime::block_stop_signals();
  Installation installation{demo_settings(Settings::from_process())};
  const PidFile pid_file{pid_path(installation)};
  installation.start();
  Log log{"supervisor", Log::parse_level(installation.settings().text("SOUK_LOG_LEVEL"))};
  for (const auto& applied : installation.migrate()) log.info("migrated", {{"migration", applied}});
  runtime::load_internal_key(installation.settings());  // made before several processes look for it

  Supervisor supervisor{log};
  supervisor.add(sandbox_child(installation.settings()));
  wait_for_http(installation.settings().text("SANDBOX_PAYMENT_URL"), "/healthz",
                "the sandbox payment provider");
  const auto tick = [&] { installation.keep_running(); };
  if (processes) {
    up_in_seven(installation, supervisor, tick);
  } else {
    up_in_one(installation, supervisor, tick);
  }
  supervisor.stop(installation.settings().milliseconds("SOUK_DRAIN_MS") + 1s);
  installation.stop();
}

void stop() {
  const Installation installation{Settings::from_process()};
  const int pid = PidFile::running(pid_path(installation));
  if (pid == 0) {
    fmt::print("nothing runs in {}\n", installation.data_folder().string());
    return;
  }
  kill(pid, SIGTERM);
  while (PidFile::running(pid_path(installation)) == pid) std::this_thread::sleep_for(50ms);
  fmt::print("stopped\n");
}

}  // namespace

void add_up(CLI::App& app) {
  auto* up_command =
      app.add_subcommand("up", "Run a demo instance with everything it needs, until Ctrl-C");
  auto processes = std::make_shared<bool>(false);
  up_command->add_flag("--processes", *processes, "seven processes instead of one");
  up_command->callback([processes] { up(*processes); });

  app.add_subcommand("stop", "Stop the instance that runs in SOUK_DATA_DIR")->callback(stop);
}

}  // namespace souk::app
