#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "commands.hpp"
#include "core/error.hpp"

int main(int argc, char** argv) {
  using namespace souk::app;
  CLI::App app{"Souk: a shop that never oversells, never charges twice and never loses an order.",
               "souk"};
  app.require_subcommand(1);
  app.footer(
      "Settings come from the environment and from .env; .env.example lists them.\n"
      "Exit codes: 0 done, 1 it failed (the reason is on standard error), 2 wrong arguments.");
  for (const auto add :
       {add_up, add_ps, add_serve, add_migrate, add_seed, add_admin, add_orders, add_payments,
        add_notifications, add_events, add_doctor, add_import, add_replay}) {
    add(app);
  }
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "souk: {}\n", error.what());
    return 1;
  }
}
