#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
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

/// Callers look for a replica that was away once a second, give or take a fifth, and then ask for its
/// health: so long they may not know that it is back, and the next one must not leave them alone.
constexpr auto kUntilFound = 2s;

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

bool is_meant(const ProcessEntry& entry, const std::vector<std::string>& names) {
  const auto named = [&](const auto& name) { return is_named(entry, name); };
  return entry.ports.ops != 0 && (names.empty() || std::ranges::any_of(names, named));
}

/// The first replica of every program, then the second: each has time to be found before its turn comes
/// to leave it alone.
std::vector<ProcessEntry> in_turn(std::vector<ProcessEntry> entries) {
  std::ranges::sort(entries, {}, [](const ProcessEntry& entry) {
    return std::pair{entry.name.substr(program_of(entry).size()), entry.ports.ops};
  });
  return entries;
}

void restart(const std::vector<std::string>& names) {
  std::map<std::string, std::chrono::steady_clock::time_point> ready;  // by program, the last one
  for (const auto& entry : in_turn(running())) {
    if (!is_meant(entry, names)) continue;
    const auto program = program_of(entry);
    if (ready.contains(program)) std::this_thread::sleep_until(ready[program] + kUntilFound);
    restart_one(entry);
    ready[program] = std::chrono::steady_clock::now();
    fmt::print("{} restarted\n", entry.name);
    std::fflush(stdout);
  }
  if (ready.empty()) {
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
