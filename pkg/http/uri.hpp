#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace souk::http {

/// Percent-decodes a request's path. Throws Error{malformed, "malformed_path"} for anything that
/// two parties could read differently: a bad escape, an encoded slash, backslash or control
/// character, a dot segment in whatever spelling, a second layer of encoding, invalid UTF-8.
std::string decode_path(std::string_view raw);

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// Splits and decodes `a=1&b=2` ('+' is a blank), in order, duplicates kept. Throws
/// Error{malformed, "malformed_query"} for a bad escape, a control character, invalid UTF-8 or an
/// empty name.
QueryParameters parse_query(std::string_view raw);

/// Escapes all but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view text);

/// The parts of an absolute http(s) URL that a client needs.
struct Url {
  bool tls = false;
  std::string host;  ///< without the brackets of an IPv6 literal
  std::uint16_t port = 0;
  std::string path;  ///< without a trailing slash, so that a target can be appended

  /// As the Host header has it: no default port, IPv6 in brackets.
  std::string authority() const;
};

/// Throws std::invalid_argument for anything but http[s]://host[:port][/path].
Url parse_url(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace souk::http
