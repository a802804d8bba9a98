#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "http/message.hpp"
#include "runtime/task.hpp"

namespace boost::asio {
class io_context;
}

namespace souk::http {

struct ClientRequest {
  Method method = Method::get;
  std::string target = "/";  ///< path and query, encoded; appended to the base URL's path
  Headers headers;           ///< Host, Content-Length and Connection are added
  std::string body;
  /// Doing it twice does no harm (there is an idempotency key, say). GET, PUT and DELETE are by
  /// definition. Only such a request is sent again when a kept connection turns out to be stale.
  bool idempotent = false;
  /// For everything: waiting for a connection, connecting, sending, the whole reply.
  std::chrono::steady_clock::time_point deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds{10};
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// What is known of a request that got no reply. A payment that was `not_sent` may be tried again
/// or given up; one whose outcome is `unknown` may have happened and has to be asked about.
enum class Delivery { not_sent, unknown };

/// No reply. `what()` is fit for a client to see; `cause` is for the log.
class ClientError : public Error {
 public:
  ClientError(Delivery how_far, bool timed_out, std::string why);

  Delivery delivery;
  std::string cause;
};

struct ClientSettings {
  std::size_t max_connections = 16;  ///< further requests wait for one
  std::size_t max_waiting = 1'000;   ///< further ones fail at once, not_sent
  std::chrono::milliseconds connect_timeout{2'000};
  /// A connection unused for longer is not trusted. Below what servers commonly keep (60 s).
  std::chrono::milliseconds idle_timeout{30'000};
  std::size_t max_response = 8 * 1024 * 1024;
  std::string ca_file;  ///< PEM; empty: the system's certificates
  /// Connects to addresses of the public internet only, whatever a name leads to: for URLs from strangers.
  bool public_only = false;
};

/// HTTP/1.1 to one server, over a bounded pool of kept connections; TLS with verification of chain
/// and host name for https. Lives on one loop, which outlives it; it outlives its requests.
/// Redirects are not followed: they are replies like any other.
class Client {
 public:
  /// Throws std::invalid_argument for a base URL that is none.
  Client(boost::asio::io_context& loop, std::string_view base_url, ClientSettings settings = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Any reply, whatever its status; throws ClientError for none. On the client's loop.
  Task<ClientResponse> request(ClientRequest request);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace souk::http
