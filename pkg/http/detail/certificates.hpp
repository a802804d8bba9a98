#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "http/server.hpp"

namespace souk::http::detail {

/// A server's certificate and key, as their files hold them at the moment: read again when they have changed. Files
/// that cannot be used (half of a renewal is written, say) change nothing: the old certificate is shown on.
/// Owned by the server; any thread.
class Certificates {
 public:
  /// Throws Error{validation, "invalid_setting"} where the files are no certificate with its key.
  explicit Certificates(ServerTls files);

  /// For a new connection.
  std::shared_ptr<boost::asio::ssl::context> current();

 private:
  /// What changes with a file, however it is replaced.
  struct State {
    std::array<std::int64_t, 2> inode{};
    std::array<std::int64_t, 2> changed_ns{};
    bool operator==(const State&) const = default;
  };

  State look() const;
  void reload();

  const ServerTls files_;
  std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  State loaded_;
  std::chrono::steady_clock::time_point next_look_;
};

}  // namespace souk::http::detail
