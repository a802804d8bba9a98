#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "config/settings.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "database/migrator.hpp"
#include "middleware/log.hpp"
#include "sandbox_provider.hpp"

namespace {

namespace asio = boost::asio;
using souk::config::Settings;

std::string required(const Settings& settings, std::string_view name) {
  auto value = settings.optional(name);
  if (!value)
    throw souk::Error{souk::Kind::validation, "invalid_setting",
                      fmt::format("Setting {}: is not set", name)};
  return *std::move(value);
}

souk::sandbox::ProviderOptions read_options(const Settings& settings) {
  return {.database_url = required(settings, "SANDBOX_DATABASE_URL"),
          .port = static_cast<std::uint16_t>(settings.integer("SANDBOX_PAYMENT_PORT"))};
}

void migrate(const Settings& settings) {
  const auto owner = settings.optional("SANDBOX_DATABASE_OWNER_URL");
  souk::database::Migrator{owner.value_or(required(settings, "SANDBOX_DATABASE_URL")),
                           sandbox_provider_migrations()}
      .up();
}

/// The life of the provider: starts, tells where it listens, waits for a signal, drains.
souk::Task<> serve(souk::sandbox::SandboxProvider& provider, souk::Log& log,
                   std::chrono::milliseconds drain) {
  asio::signal_set signals{co_await asio::this_coro::executor, SIGTERM, SIGINT};
  co_await provider.start();
  log.info("serving", {{"url", provider.url()}});
  co_await signals.async_wait(asio::use_awaitable);
  log.info("stopping");
  co_await provider.stop(drain);
}

void run(const Settings& settings) {
  souk::Log log{"sandbox-provider", souk::Log::parse_level(settings.text("SOUK_LOG_LEVEL"))};
  souk::SystemClock clock;
  souk::SystemRandom random;
  souk::IdGenerator ids{clock, random};
  migrate(settings);

  asio::io_context loop{1};
  souk::sandbox::SandboxProvider provider{loop, clock, ids, read_options(settings)};
  std::exception_ptr failure;
  asio::co_spawn(loop, serve(provider, log, settings.milliseconds("SOUK_DRAIN_MS")),
                 [&](std::exception_ptr error) {
                   failure = std::move(error);
                   loop.stop();
                 });
  loop.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    const bool help = std::string_view{argv[1]} == "--help";
    fmt::print(
        help ? stdout : stderr,
        "usage: {}\nThe sandbox payment provider: serves until SIGTERM or SIGINT. Settings "
        "(environment or .env): "
        "SANDBOX_PAYMENT_PORT,\nSANDBOX_DATABASE_URL, SANDBOX_DATABASE_OWNER_URL (migrations).\n",
        argv[0]);
    return help ? 0 : 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  try {
    run(Settings::from_process());
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", argv[0], error.what());
    return 1;
  }
}
