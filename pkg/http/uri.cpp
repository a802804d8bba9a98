#include "http/uri.hpp"

#include <charconv>
#include <optional>
#include <stdexcept>

#include <boost/url.hpp>

#include "core/error.hpp"

namespace souk::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The byte that `text` ("%2F…") escapes; -1 for no valid escape.
int escaped_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = hex_value(text[1]);
  const int low = hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool has_control(std::string_view text) {
  for (const unsigned char c : text) {
    if (c < 0x20 || c == 0x7f) return true;
  }
  return false;
}

bool has_escape(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (escaped_byte(text.substr(i)) >= 0) return true;
  }
  return false;
}

/// Nothing for a bad escape; the caller names the error.
std::optional<std::string> percent_decode(std::string_view raw, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '%') {
      const int byte = escaped_byte(raw.substr(i));
      if (byte < 0) return std::nullopt;
      decoded.push_back(static_cast<char>(byte));
      i += 2;
    } else {
      decoded.push_back(plus_is_blank && raw[i] == '+' ? ' ' : raw[i]);
    }
  }
  return decoded;
}

[[noreturn]] void bad_path(std::string_view why) {
  throw Error{Kind::malformed, "malformed_path", "The path " + std::string{why} + "."};
}

std::string decode_segment(std::string_view raw) {
  auto decoded = percent_decode(raw, false);
  if (!decoded) bad_path("has an invalid percent escape");
  if (*decoded == "." || *decoded == "..") bad_path("has a dot segment");
  if (decoded->find_first_of("/\\") != std::string::npos) bad_path("has an encoded separator");
  if (has_control(*decoded)) bad_path("has a control character");
  if (has_escape(*decoded)) bad_path("is encoded twice");
  if (!is_utf8(*decoded)) bad_path("is not UTF-8");
  return *std::move(decoded);
}

[[noreturn]] void bad_url(std::string_view text) {
  throw std::invalid_argument("not http[s]://host[:port][/path]: " + std::string{text});
}

std::string decode_query_part(std::string_view raw) {
  auto decoded = percent_decode(raw, true);
  if (!decoded || has_control(*decoded) || !is_utf8(*decoded)) {
    throw Error{Kind::malformed, "malformed_query", "The query string cannot be decoded."};
  }
  return *std::move(decoded);
}

}  // namespace

std::string decode_path(std::string_view raw) {
  if (!raw.starts_with('/')) bad_path("does not start with a slash");
  std::string decoded;
  while (!raw.empty()) {
    raw.remove_prefix(1);  // the slash before the segment
    const auto slash = std::min(raw.find('/'), raw.size());
    decoded.append("/").append(decode_segment(raw.substr(0, slash)));
    raw.remove_prefix(slash);
  }
  return decoded;
}

QueryParameters parse_query(std::string_view raw) {
  QueryParameters parameters;
  while (!raw.empty()) {
    const auto end = std::min(raw.find('&'), raw.size());
    const auto pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;  // "a=1&&b=2" and a trailing '&' are common and harmless
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = decode_query_part(pair.substr(0, equals));
    if (name.empty()) {
      throw Error{Kind::malformed, "malformed_query", "A query parameter has no name."};
    }
    parameters.emplace_back(std::move(name),
                            decode_query_part(pair.substr(std::min(equals + 1, pair.size()))));
  }
  return parameters;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const unsigned char c : text) {
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded.push_back(static_cast<char>(c));
    } else {
      constexpr char kHex[] = "0123456789ABCDEF";
      encoded.append({'%', kHex[c >> 4], kHex[c & 15]});
    }
  }
  return encoded;
}

std::string Url::authority() const {
  const std::string name = host.contains(':') ? "[" + host + "]" : host;
  return port == (tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

Url parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) bad_url(text);
  const bool tls = parsed->scheme() == "https";
  const bool other = !tls && parsed->scheme() != "http";
  if (other || parsed->host().empty() || parsed->has_userinfo() || parsed->has_query() ||
      parsed->has_fragment()) {
    bad_url(text);
  }
  Url url{.tls = tls,
          .host = parsed->host_address(),
          .port = static_cast<std::uint16_t>(tls ? 443 : 80),
          .path = std::string{parsed->encoded_path()}};
  if (parsed->has_port()) {
    // Not port_number(): it takes 99999 for 34463.
    const std::string_view digits = parsed->port();
    const auto [end, failure] = std::from_chars(digits.begin(), digits.end(), url.port);
    if (failure != std::errc{} || end != digits.end() || url.port == 0) bad_url(text);
  }
  if (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    if (lead < 0x80) continue;
    // Continuation bytes, and the least code point of that length (anything below is overlong).
    const int more = lead >= 0xc2 && lead < 0xe0   ? 1
                     : (lead & 0xf0) == 0xe0       ? 2
                     : lead >= 0xf0 && lead < 0xf5 ? 3
                                                   : 0;
    if (more == 0 || text.size() - i < static_cast<std::size_t>(more)) return false;
    std::uint32_t code = lead & (0x3fu >> more);
    for (int n = 0; n < more; ++n) {
      const auto next = static_cast<unsigned char>(text[i++]);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3fu);
    }
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (code < kLeast[more] || code > 0x10ffff || surrogate) return false;
  }
  return true;
}

}  // namespace souk::http
