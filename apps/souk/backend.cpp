#include "backend.hpp"

#include <fmt/format.h>

#include "platform.hpp"
#include "runtime/service_main.hpp"

namespace souk::app {

config::Settings Backend::prepare(Installation& installation) {
  installation.attach();
  installation.migrate();
  auto settings = installation.settings();
  if (!settings.optional("SANDBOX_PAYMENT_URL")) {
    settings =
        settings.with("SANDBOX_PAYMENT_URL",
                      fmt::format("http://127.0.0.1:{}", settings.integer("SANDBOX_PAYMENT_PORT")));
  }
  // The command line speaks for itself: what the services log is of no interest unless it is bad.
  return settings.with("SOUK_LOG_LEVEL", "warn");
}

Backend::Backend()
    : installation_(config::Settings::from_process()),
      process_(prepare(installation_), "cli"),
      host_(process_, service_modules(), {.ops_port = -1, .http_threads = 1}) {
  host_.start();
}

Backend::~Backend() {
  host_.stop();
  installation_.stop();
}

}  // namespace souk::app
