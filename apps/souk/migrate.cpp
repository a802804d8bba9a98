#include <fmt/format.h>

#include "commands.hpp"
#include "database/migrator.hpp"
#include "installation.hpp"
#include "platform.hpp"

namespace souk::app {
namespace {

/// Runs `action` with the migrator of one service, or of each.
void for_services(const std::string& service,
                  const std::function<void(const std::string&, database::Migrator&)>& action) {
  Installation installation{config::Settings::from_process()};
  installation.attach();
  const auto specs = service.empty() ? service_modules() : std::vector{module_named(service)};
  for (const auto& spec : specs) {
    if (spec.database.empty()) continue;
    database::Migrator migrator{owner_url(installation.settings(), spec.database), spec.migrations};
    action(spec.name, migrator);
  }
  installation.stop();
}

void up(const std::string& service) {
  for_services(service, [](const std::string& name, database::Migrator& migrator) {
    const auto applied = migrator.up();
    for (const auto& migration : applied) fmt::print("{}: applied {}\n", name, migration);
    if (applied.empty()) fmt::print("{}: up to date\n", name);
  });
}

void down(const std::string& service, std::size_t steps) {
  for_services(service, [steps](const std::string& name, database::Migrator& migrator) {
    for (const auto& migration : migrator.down(steps))
      fmt::print("{}: took back {}\n", name, migration);
  });
}

void status(const std::string& service) {
  for_services(service, [](const std::string& name, database::Migrator& migrator) {
    for (const auto& migration : migrator.status()) {
      fmt::print("{:<22} {:<40} {}\n", name, migration.name,
                 migration.applied_at ? to_rfc3339(*migration.applied_at) : "pending");
    }
  });
}

}  // namespace

void add_migrate(CLI::App& app) {
  auto* migrate =
      app.add_subcommand("migrate", "Bring the databases up to date, or take migrations back");
  migrate->require_subcommand(1);
  auto service = std::make_shared<std::string>();
  auto steps = std::make_shared<std::size_t>(1);
  const auto add = [&](const char* name, const char* what) {
    auto* command = migrate->add_subcommand(name, what);
    command->add_option("service", *service, "one service only, e.g. user");
    return command;
  };
  add("up", "Apply what is pending")->callback([service] { up(*service); });
  auto* down_command = add("down", "Take the newest migration back (its data goes with it)");
  down_command->add_option("--steps", *steps, "how many")->check(CLI::PositiveNumber);
  down_command->callback([service, steps] { down(*service, *steps); });
  add("status", "List the migrations")->callback([service] { status(*service); });
}

}  // namespace souk::app
