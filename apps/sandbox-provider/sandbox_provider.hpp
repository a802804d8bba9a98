#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <boost/asio/io_context.hpp>

#include "core/clock.hpp"
#include "core/embedded.hpp"
#include "core/uuid.hpp"
#include "runtime/task.hpp"

/// The migrations of the provider's own database.
std::span<const souk::EmbeddedFile> sandbox_provider_migrations();

namespace souk::sandbox {

struct ProviderOptions {
  std::string database_url;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: a free one
  /// How long a client of tok_timeout waits in vain. Longer than any sane client does.
  std::chrono::milliseconds stall{30'000};
};

/// A payment provider as the outside world has them: an HTTP API, a database and a ledger of its
/// own, and the bad days that its tokens ask for. It shares no state with the platform that uses
/// it.
///
/// Lives on one event loop, which is run by one thread and outlives it, like the clock and the ids.
/// Life: start() -> serving -> stop() -> destroyed.
class SandboxProvider {
 public:
  SandboxProvider(boost::asio::io_context& loop, const Clock& clock, IdGenerator& ids,
                  ProviderOptions options);
  ~SandboxProvider();
  SandboxProvider(const SandboxProvider&) = delete;
  SandboxProvider& operator=(const SandboxProvider&) = delete;

  /// Checks its (migrated) database and listens; throws what is wrong with either.
  Task<> start();
  /// Stops accepting and finishes what is in hand, at most until `limit`.
  Task<> stop(std::chrono::milliseconds limit);

  std::uint16_t port() const;
  /// "http://127.0.0.1:9180"
  std::string url() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace souk::sandbox
