#include <algorithm>
#include <csignal>
#include <thread>

#include <fmt/format.h>

#include "commands.hpp"
#include "core/error.hpp"
#include "fleet.hpp"
#include "installation.hpp"
#include "process_table.hpp"

namespace souk::app {
namespace {

using namespace std::chrono_literals;

/// To drain, end, start and be ready again.
constexpr auto kRestartTime = 90s;

std::filesystem::path data_folder() {
  return Installation{config::Settings::from_process()}.data_folder();
}

std::vector<ProcessEntry> running() {
  auto entries = ProcessTable::read(data_folder());
  if (entries.empty()) {
    throw Error{
        Kind::not_found, "not_running",
        fmt::format("No instance with several processes runs in {}.", data_folder().string())};
  }
  return entries;
}

void ps() {
  fmt::print("{:<26}{:>8}{:>8}{:>8}{:>8}\n", "process", "pid", "http", "grpc", "ops");
  const auto shown = [](int number) { return number == 0 ? "-" : std::to_string(number); };
  for (const auto& [name, pid, ports] : running()) {
    fmt::print("{:<26}{:>8}{:>8}{:>8}{:>8}\n", name, shown(pid), shown(ports.http),
               shown(ports.grpc), shown(ports.ops));
  }
}

/// SIGTERM; the supervisor starts it again, with another pid.
void restart_one(const ProcessEntry& entry) {
  if (entry.pid != 0) kill(entry.pid, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + kRestartTime;
  for (;;) {
    const auto entries = ProcessTable::read(data_folder());
    const auto now = std::ranges::find(entries, entry.name, &ProcessEntry::name);
    if (now != entries.end() && now->pid != 0 && now->pid != entry.pid &&
        wait_ready(now->ports.ops, 1s)) {
      return;
    }
    if (std::chrono::steady_clock::now() > deadline)
      throw unavailable(fmt::format("{} does not come back", entry.name));
    std::this_thread::sleep_for(50ms);
  }
}

void restart(const std::vector<std::string>& names) {
  std::size_t restarted = 0;
  for (const auto& entry : running()) {
    const bool meant = names.empty() || std::ranges::any_of(names, [&](const auto& name) {
                         return is_named(entry, name);
                       });
    if (!meant || entry.ports.ops == 0) continue;
    restart_one(entry);
    fmt::print("{} restarted\n", entry.name);
    std::fflush(stdout);
    ++restarted;
  }
  if (restarted == 0) {
    throw Error{Kind::not_found, "unknown_service",
                fmt::format("Nothing of that name can be restarted; souk ps lists what runs.")};
  }
}

}  // namespace

void add_ps(CLI::App& app) {
  app.add_subcommand("ps", "Which process is which, in the instance of SOUK_DATA_DIR")
      ->callback(ps);
  auto* command = app.add_subcommand(
      "restart",
      "Restart services of the running instance, one process after the other: nothing is lost "
      "while there are two of each");
  auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("NAME", *names, "order, order-service or order-service-2; all without one");
  command->callback([names] { restart(*names); });
}

}  // namespace souk::app
