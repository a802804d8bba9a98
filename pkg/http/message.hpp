#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/headers.hpp"
#include "runtime/task.hpp"

namespace souk::http {

/// The methods that the server passes on; any other is answered with 501. HEAD arrives as `get`:
/// the server leaves the body out of the reply, so no handler has to know.
enum class Method { get, post, put, patch, delete_, options };

/// "GET", "DELETE", …
std::string_view name(Method method);

/// A request as it arrived: strictly parsed, nothing decoded. Belongs to its connection and is
/// overwritten by the next request there.
struct Request {
  Method method = Method::get;
  bool head_only = false;  ///< was HEAD
  std::string path;        ///< raw: see decode_path
  std::string query;       ///< raw, without the '?': see parse_query
  Headers headers;
  std::string body;          ///< whole, transfer coding removed
  std::string peer_address;  ///< of the TCP peer; a proxy's if there is one

  void clear();  ///< all but peer_address
};

/// The way to a client whose reply has no end yet. On the loop of its connection, for as long as the stream
/// runs; one write at a time.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// Sends it at once. False once the client has gone, or takes less than the server's least rate.
  virtual Task<bool> write(std::string_view bytes) = 0;
  /// Whether the client has hung up, as far as can be seen without writing.
  virtual bool gone() = 0;
};

/// Writes a body bit by bit and returns when it is complete. It has no deadline but its own, and ends soon after
/// the server begins to stop: the drain waits for it like for any handler.
using BodyStream = std::function<Task<>(BodyWriter&)>;

/// What a handler answers. The server adds Date, Content-Length and Connection: a handler sets none
/// of these.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// A body that several replies share, for cached ones: sent instead of `body`, never copied.
  std::shared_ptr<const std::string> shared_body;
  /// A body that is still being made: sent as it comes, after which the connection is closed.
  BodyStream stream;
  /// Hangs up instead of answering: for stand-ins that have to break as the outside does.
  bool hang_up = false;

  std::string_view content() const { return shared_body ? std::string_view{*shared_body} : body; }
};

Response json_response(int status, std::string body);
Response text_response(int status, std::string body);

/// RFC 9110's phrase: "Not Found"; empty for a status that has none.
std::string_view reason_phrase(int status);

}  // namespace souk::http
