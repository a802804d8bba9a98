#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "core/error.hpp"
#include "http/message.hpp"

// The strict reading of a request's head. Beast's parser lets through what must not pass (a bare
// LF, folded lines, no Host, several of them, Content-Length beside Transfer-Encoding), and every
// one of these is a way to make two parties see different requests. So the head is read here, and
// Beast is given a request only for its body.

namespace souk::http::detail {

/// Why the server itself turns a request down. The connection is closed after the reply: where the
/// next request starts is no longer certain. Status 0: nobody is left to be answered.
struct Refusal {
  int status;
  Error error;
};

Refusal malformed(std::string detail);

struct HeadLimits {
  std::size_t target = 8 * 1024;    ///< above: 414
  std::size_t headers = 16 * 1024;  ///< above: 431, as for more than kMaxHeaderCount fields
};

/// More fields than any client sends; each costs a look-up.
constexpr std::size_t kMaxHeaderCount = 100;

/// Finds where a head ends in bytes that arrive piece by piece, each looked at once. A bare LF is
/// refused when it is seen: who sends one may be waiting for the answer.
class HeadScanner {
 public:
  explicit HeadScanner(const HeadLimits& limits) : limits_(limits) {}

  /// `received` is everything since the last reset(). The size of the head, blank line included;
  /// nothing while it is incomplete.
  std::expected<std::optional<std::size_t>, Refusal> scan(std::string_view received);

  void reset() { at_ = line_ = headers_ = 0; }

 private:
  bool in_request_line() const { return headers_ == 0; }
  std::optional<Refusal> over_limit(std::size_t size) const;

  const HeadLimits limits_;
  std::size_t at_ = 0;       ///< where to go on looking
  std::size_t line_ = 0;     ///< start of the current line
  std::size_t headers_ = 0;  ///< end of the request line; 0 before it is known
};

/// How the rest of the message is delimited, and what becomes of the connection.
struct Framing {
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
  bool expect_continue = false;
  std::optional<std::uint64_t> content_length;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Parses a complete head into `request` (cleared by the caller).
std::expected<Framing, Refusal> parse_head(std::string_view head, const HeadLimits& limits,
                                           Request& request);

}  // namespace souk::http::detail
