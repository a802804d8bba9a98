#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "commands.hpp"
#include "database/migrator.hpp"
#include "installation.hpp"
#include "platform.hpp"
#include "redis/check.hpp"

namespace souk::app {
namespace {

/// What is wrong and how to mend it; nothing where all is well.
struct Finding {
  std::string problem;
  std::string remedy;
};
using Check = std::function<std::optional<Finding>()>;

/// Below this PostgreSQL and the mail folder fill the disk within a busy day.
constexpr std::uintmax_t kLeastFreeBytes = 1ULL << 30;

std::optional<Finding> check_programs() {
  for (const auto* program : {"postgres", "initdb"}) {
    bool found = false;
    for (const auto& entry : std::filesystem::directory_iterator{"/usr/lib/postgresql"}) {
      found = found || std::filesystem::exists(entry.path() / "bin" / program);
    }
    if (!found) return Finding{fmt::format("{} is not installed", program), "scripts/setup.sh"};
  }
  return std::nullopt;
}

std::optional<Finding> check_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const auto probe = folder / fmt::format(".doctor-{}", getpid());
  if (!std::ofstream{probe}) {
    return Finding{fmt::format("{} cannot be written", folder.string()),
                   "set SOUK_DATA_DIR to a folder of yours"};
  }
  std::filesystem::remove(probe);
  const auto space = std::filesystem::space(folder, error);
  if (!error && space.available < kLeastFreeBytes) {
    return Finding{
        fmt::format("only {} MB are free under {}", space.available >> 20, folder.string()),
        "free some space, or set SOUK_DATA_DIR to another disk"};
  }
  return std::nullopt;
}

bool port_taken(int port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool taken =
      bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
  close(socket_fd);
  return taken;
}

std::optional<Finding> check_ports(const config::Settings& settings,
                                   const std::filesystem::path& folder) {
  if (database::PrivateCluster::is_owned(folder / "postgres"))
    return std::nullopt;  // by the instance that runs here
  const auto port = [&](const char* name, int fallback) {
    return settings.optional(name) ? static_cast<int>(settings.integer(name)) : fallback;
  };
  for (const auto& [name, number] :
       {std::pair{"PORT", port("PORT", 8080)}, std::pair{"OPS_PORT", port("OPS_PORT", 9080)},
        std::pair{"SANDBOX_PAYMENT_PORT", port("SANDBOX_PAYMENT_PORT", 9180)}}) {
    if (number != 0 && port_taken(number)) {
      return Finding{fmt::format("port {} ({}) is taken by another program", number, name),
                     fmt::format("stop that program, or run with another {}", name)};
    }
  }
  return std::nullopt;
}

std::optional<Finding> check_databases(Installation& installation) {
  installation.attach();
  std::optional<Finding> finding;
  for (const auto& spec : service_modules()) {
    database::Migrator migrator{owner_url(installation.settings(), spec.database), spec.migrations};
    const auto status = migrator.status();
    const auto pending =
        std::ranges::count_if(status, [](const auto& migration) { return !migration.applied_at; });
    if (pending > 0) {
      finding = Finding{fmt::format("{} migrations of {} are pending", pending, spec.name),
                        "make migrate-up"};
    }
  }
  installation.stop();
  return finding;
}

std::optional<Finding> check_redis(const std::string& url) {
  try {
    redis::check(redis::parse_url(url));
    return std::nullopt;
  } catch (const Error& error) {
    return Finding{error.detail, "start that Redis, correct REDIS_URL, or leave it unset"};
  }
}

void doctor() {
  std::optional<config::Settings> settings;
  int problems = 0;
  const auto report = [&](std::string_view what, const Check& check) {
    std::optional<Finding> finding;
    try {
      finding = check();
    } catch (const std::exception& error) {
      finding = Finding{error.what(), "see above"};
    }
    fmt::print("{} {}\n", finding ? "PROBLEM" : "ok     ", what);
    if (finding) fmt::print("        {}\n        mend: {}\n", finding->problem, finding->remedy);
    problems += finding ? 1 : 0;
  };

  report("settings", [&]() -> std::optional<Finding> {
    try {
      settings = config::Settings::from_process();
      return std::nullopt;
    } catch (const Error& error) {
      return Finding{error.detail,
                     "correct it in the environment or in .env; .env.example lists the settings"};
    }
  });
  if (settings) {
    Installation installation{*settings};
    report("PostgreSQL's programs", check_programs);
    report("data folder", [&] { return check_folder(installation.data_folder()); });
    report("ports", [&] { return check_ports(*settings, installation.data_folder()); });
    if (const auto url = settings->optional("REDIS_URL"))
      report("Redis", [&] { return check_redis(*url); });
    report("databases and migrations", [&] { return check_databases(installation); });
  }
  if (problems > 0)
    throw Error{Kind::conflict, "unhealthy", fmt::format("{} problems found", problems)};
}

}  // namespace

void add_doctor(CLI::App& app) {
  app.add_subcommand("doctor", "Say what is wrong with this machine's set-up, and how to mend it")
      ->callback(doctor);
}

}  // namespace souk::app
