#include <fmt/format.h>

#include "backend.hpp"
#include "commands.hpp"
#include "demo.hpp"

namespace souk::app {

void add_seed(CLI::App& app) {
  auto* seed = app.add_subcommand("seed", "Fill the shop with something");
  seed->require_subcommand(1);
  seed->add_subcommand(
          "demo",
          "The demo shop and its administrator (what make run does in an empty data folder)")
      ->callback([] {
        Backend backend;
        const std::filesystem::path folder = backend.process().settings.text("SOUK_DATA_DIR");
        const bool seeded = seed_demo(backend.host(), backend.process(), folder);
        fmt::print("{}\n", seeded ? "the demo shop is made" : "the demo shop was made before");
      });
}

}  // namespace souk::app
