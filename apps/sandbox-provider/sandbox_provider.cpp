#include "sandbox_provider.hpp"

#include <fmt/format.h>

#include "api.hpp"
#include "http/server.hpp"
#include "ledger.hpp"

namespace souk::sandbox {
namespace {

constexpr std::chrono::seconds kStartTimeLimit{5};
/// The largest request is a charge with three short texts.
constexpr std::size_t kMaxBody = 8 * 1024;

database::DatabaseOptions database_options(const ProviderOptions& options) {
  return {.url = options.database_url,
          .constraints = ledger_constraints(),
          .application_name = "souk-sandbox-provider",
          .max_connections = 6};  // one carries the batches of charges, the others the rest
}

http::ServerSettings server_settings(const ProviderOptions& options) {
  http::ServerSettings settings;
  settings.address = options.address;
  settings.port = options.port;
  settings.body_limit = [](const http::Request&) { return kMaxBody; };
  return settings;
}

}  // namespace

class SandboxProvider::Impl {
 public:
  Impl(boost::asio::io_context& loop, const Clock& clock, IdGenerator& ids,
       const ProviderOptions& options)
      : database(loop.get_executor(), database_options(options)),
        ledger(loop.get_executor(), database, clock, ids),
        api(loop.get_executor(), ledger, options.stall),
        server({&loop}, clock, server_settings(options),
               [this](const http::Request& request) { return api.handle(request); }),
        address(options.address) {}

  database::Database database;
  Ledger ledger;
  Api api;
  http::Server server;
  std::string address;
};

SandboxProvider::SandboxProvider(boost::asio::io_context& loop, const Clock& clock,
                                 IdGenerator& ids, ProviderOptions options)
    : impl_(std::make_unique<Impl>(loop, clock, ids, options)) {}

SandboxProvider::~SandboxProvider() = default;

Task<> SandboxProvider::start() {
  co_await impl_->database.check(std::chrono::steady_clock::now() + kStartTimeLimit);
  impl_->server.start();
}

Task<> SandboxProvider::stop(std::chrono::milliseconds limit) {
  impl_->api.stop_stalling();
  co_await impl_->server.stop(limit);
}

std::uint16_t SandboxProvider::port() const { return impl_->server.port(); }

std::string SandboxProvider::url() const {
  return fmt::format("http://{}:{}", impl_->address, port());
}

}  // namespace souk::sandbox
