#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "http/message.hpp"
#include "runtime/task.hpp"

namespace boost::asio {
class io_context;
}

namespace souk::http {

/// Called on the loop of the request's connection. The request lives until the reply is made.
using Handler = std::function<Task<Response>(const Request&)>;

/// Makes the reply to a request that the server turned down (`request` holds what was read of it)
/// or whose handler threw. `error` may be Kind::internal with a detail for the log. Default:
/// problem().
using ErrorReply = std::function<Response(const Request&, const Error&, int status)>;

/// Whether this is what a handler's wait ends with when the server cancels it, because it has to stop.
bool was_cut_short(const std::exception& failure);

/// How large a body may be; asked before the first byte of it is read, of a request without one.
using BodyLimit = std::function<std::size_t(const Request& head)>;

/// Certificate (with the chain that leads to its issuer) and private key of a server, as PEM files.
struct ServerTls {
  std::string certificate_file;
  std::string key_file;
  /// Called with why, or with nothing, when the files have changed and were read again. Any thread.
  std::function<void(const std::string& problem)> on_reload = {};
};

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: a free one, see Server::port

  /// Further connections are answered 503. Each costs a file descriptor and about 8 KB.
  std::size_t max_connections = 10'000;

  /// From the first byte (of a new connection: from accept) to the blank line.
  std::chrono::milliseconds header_timeout{10'000};
  /// For a body to arrive and for a reply to be taken; each grows by a second per `least_rate`
  /// bytes moved, so that a slow link is served and a trickle is not.
  std::chrono::milliseconds body_timeout{15'000};
  std::chrono::milliseconds write_timeout{15'000};
  std::size_t least_rate = 32 * 1024;
  /// Between two requests. Longer than the 60 s that proxies commonly keep a connection: the side
  /// that closes first should be the one that sends requests.
  std::chrono::milliseconds idle_timeout{75'000};

  /// After a last reply: how long a client that is still sending is listened to. Closing at once
  /// would reset the connection, and the reply might be lost with it.
  std::chrono::milliseconds linger_time{2'000};

  /// Speaks TLS 1.2 or later, and nothing else. The files are read again when they have changed.
  std::optional<ServerTls> tls = {};

  BodyLimit body_limit = [](const Request&) { return std::size_t{1024 * 1024}; };
  ErrorReply error_reply = {};
};

/// An HTTP/1.1 server. Accepts on the first loop and deals connections out to all of them in turn;
/// a connection stays on its loop, and its requests are handled there one after the other.
///
/// Strict: what two parties could read differently is refused with 400 and the connection closed.
/// Every wait is bounded but the handler's own, which answers for its deadline.
///
/// The loops are each run by one thread and outlive the server, as does the clock. start() and
/// port() are for the thread that owns the server; the destructor drops what stop() has not
/// drained.
class Server {
 public:
  Server(std::vector<boost::asio::io_context*> loops, const Clock& clock, ServerSettings settings,
         Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and listens; throws boost::system::system_error when the address is taken, and
  /// Error{validation, "invalid_setting"} for a certificate that cannot be used.
  void start();

  /// The bound port, once started.
  std::uint16_t port() const;

  /// Connections open at this moment. Any thread.
  std::size_t connections() const;

  /// Goes on as before, but every reply says `Connection: close`, so that clients connect anew, and elsewhere
  /// if there is somebody else. From a coroutine on any loop.
  Task<> give_notice();

  /// Drains: stops accepting (who has connected by then is served), closes idle connections, lets requests in
  /// flight finish (their replies say `Connection: close`). At `limit` it cancels the handlers that are left,
  /// which may still answer, and a little later closes what is left of the connections. False if it came to
  /// that. Once, from a coroutine on any loop.
  Task<bool> stop(std::chrono::milliseconds limit);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace souk::http
