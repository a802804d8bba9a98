#include <fmt/format.h>

#include "commands.hpp"
#include "platform.hpp"
#include "runtime/host.hpp"
#include "runtime/service_main.hpp"

namespace souk::app {
namespace {

void serve() {
  runtime::block_stop_signals();
  runtime::Process process{config::Settings::from_process(), "souk"};
  const auto& settings = process.settings;
  const int ops_port =
      settings.optional("OPS_PORT") ? static_cast<int>(settings.integer("OPS_PORT")) : 9080;
  runtime::Host host{process, all_modules(), {.ops_port = ops_port}};
  host.start();
  process.log.info("serving", {{"ops_port", std::int64_t{host.ops_port()}}});
  runtime::wait_for_stop_signal();
  host.stop();
}

}  // namespace

void add_serve(CLI::App& app) {
  app.add_subcommand(
         "serve",
         "Serve the whole platform in this process, on the databases that the settings name")
      ->callback(serve);
}

}  // namespace souk::app
