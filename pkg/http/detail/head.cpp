#include "http/detail/head.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace souk::http::detail {
namespace {

/// What the request line holds besides its target: the longest method and version, and some air.
constexpr std::size_t kRequestLineSlack = 64;

Refusal target_too_long() {
  return {414, {Kind::malformed, "uri_too_long", "The URI is too long."}};
}

Refusal headers_too_large() {
  return {431, {Kind::malformed, "headers_too_large", "The header fields are too large."}};
}

/// The text up to the next `end`, which is removed with it; nothing without one.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
  const auto at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const auto taken = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return taken;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool set_method(std::string_view text, Request& request) {
  static constexpr std::pair<std::string_view, Method> kMethods[] = {
      {"GET", Method::get},        {"HEAD", Method::get},    {"POST", Method::post},
      {"PUT", Method::put},        {"PATCH", Method::patch}, {"DELETE", Method::delete_},
      {"OPTIONS", Method::options}};
  const auto* found = std::ranges::find(kMethods, text, [](const auto& row) { return row.first; });
  if (found == std::end(kMethods)) return false;
  request.method = found->second;
  request.head_only = text == "HEAD";
  return true;
}

/// Splits a target into path and query, and takes the authority of an absolute one into
/// `authority`.
bool set_target(std::string_view target, Request& request, std::string_view& authority) {
  const bool visible =
      std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (!visible) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    authority = target.substr(0, target.find_first_of("/?"));
    target.remove_prefix(authority.size());
    if (authority.empty()) return false;
    if (!target.starts_with('/')) request.path = "/";  // "http://shop?x=1"
  }
  const auto question = std::min(target.find('?'), target.size());
  request.path += target.substr(0, question);
  if (question < target.size()) request.query = target.substr(question + 1);
  return request.path.starts_with('/') ||
         (request.path == "*" && request.method == Method::options && request.query.empty());
}

/// host [":" port]; what is in the host is for the handler to compare, not to trust.
bool is_host(std::string_view text) {
  if (text.empty()) return false;
  return std::ranges::all_of(text, [](unsigned char c) {
    return c > 0x20 && c < 0x7f && !std::string_view{"\"#/<>?@\\^`{|}"}.contains(c);
  });
}

/// Reads one head. Each step gives the refusal that ends it, or nothing.
class HeadParser {
 public:
  HeadParser(const HeadLimits& limits, Request& request) : limits_(limits), request_(request) {}

  std::expected<Framing, Refusal> parse(std::string_view head) {
    auto line = take_until(head, "\r\n");
    if (!line) return std::unexpected(malformed("The request line is missing."));
    if (auto refusal = request_line(*line)) return std::unexpected(*std::move(refusal));
    while ((line = take_until(head, "\r\n")) && !line->empty()) {
      if (auto refusal = header_line(*line)) return std::unexpected(*std::move(refusal));
    }
    if (auto refusal = check_whole()) return std::unexpected(*std::move(refusal));
    return framing_;
  }

 private:
  std::optional<Refusal> request_line(std::string_view line) {
    const auto method = take_until(line, " ");
    const auto target = take_until(line, " ");
    const auto version = line;
    if (!method || !target || !is_token(*method) || target->empty()) {
      return malformed("The request line is malformed.");
    }
    if (target->size() > limits_.target) return target_too_long();
    if (auto refusal = set_version(version)) return refusal;
    if (!set_method(*method, request_)) {
      return Refusal{501, {Kind::malformed, "method_not_implemented", "The method is unknown."}};
    }
    if (!set_target(*target, request_, authority_)) return malformed("The URI is malformed.");
    return std::nullopt;
  }

  std::optional<Refusal> set_version(std::string_view version) {
    if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.' ||
        !is_digits(version.substr(5, 1)) || !is_digits(version.substr(7, 1))) {
      return malformed("The request line is malformed.");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
      return Refusal{505, {Kind::malformed, "version_not_supported", "HTTP/1.1 is spoken here."}};
    }
    framing_.http_1_0 = version == "HTTP/1.0";
    framing_.keep_alive = !framing_.http_1_0;
    return std::nullopt;
  }

  std::optional<Refusal> header_line(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t') return malformed("A header line is folded.");
    const auto name = take_until(line, ":");
    if (!name || !is_token(*name)) return malformed("A header name is malformed.");
    const auto first = std::min(line.find_first_not_of(" \t"), line.size());
    const auto value = line.substr(first, line.find_last_not_of(" \t") + 1 - first);
    if (!is_field_value(value)) return malformed("A header value has a control character.");
    if (request_.headers.size() == kMaxHeaderCount) return headers_too_large();
    request_.headers.add(*name, value);
    return meaning_of(*name, value);
  }

  /// The few fields that decide about the message itself.
  std::optional<Refusal> meaning_of(std::string_view name, std::string_view value) {
    if (equal_ignoring_case(name, "host")) return host(value);
    if (equal_ignoring_case(name, "content-length")) return content_length(value);
    if (equal_ignoring_case(name, "transfer-encoding")) return transfer_encoding(value);
    if (equal_ignoring_case(name, "connection")) return connection(value);
    if (equal_ignoring_case(name, "expect")) return expect(value);
    return std::nullopt;
  }

  std::optional<Refusal> host(std::string_view value) {
    if (host_) return malformed("There is more than one Host header.");
    if (!is_host(value)) return malformed("The Host header is malformed.");
    host_ = value;
    return std::nullopt;
  }

  std::optional<Refusal> content_length(std::string_view value) {
    if (framing_.content_length) return malformed("There is more than one Content-Length header.");
    std::uint64_t length = 0;
    const auto end = value.data() + value.size();
    const auto [stop, failure] = std::from_chars(value.data(), end, length);
    if (!is_digits(value) || failure != std::errc{} || stop != end) {
      return malformed("The Content-Length header is malformed.");
    }
    framing_.content_length = length;
    return std::nullopt;
  }

  std::optional<Refusal> transfer_encoding(std::string_view value) {
    if (framing_.chunked || !equal_ignoring_case(value, "chunked")) {
      return malformed("The only transfer coding understood here is chunked.");
    }
    framing_.chunked = true;
    return std::nullopt;
  }

  std::optional<Refusal> connection(std::string_view value) {
    if (list_contains(value, "close")) {
      close_ = true;
    } else if (list_contains(value, "keep-alive")) {
      framing_.keep_alive = true;
    }
    return std::nullopt;
  }

  std::optional<Refusal> expect(std::string_view value) {
    if (!equal_ignoring_case(value, "100-continue")) {
      return Refusal{417,
                     {Kind::malformed, "expectation_failed", "Only 100-continue is expected."}};
    }
    framing_.expect_continue = true;
    return std::nullopt;
  }

  std::optional<Refusal> check_whole() {
    if (!host_ && !framing_.http_1_0) return malformed("The Host header is missing.");
    if (!authority_.empty() && !equal_ignoring_case(authority_, host_.value_or(""))) {
      return malformed("The URI names another host than the Host header.");
    }
    if (framing_.chunked && framing_.content_length) {
      return malformed("Content-Length and Transfer-Encoding exclude each other.");
    }
    if (framing_.chunked && framing_.http_1_0) {
      return malformed("HTTP/1.0 knows no Transfer-Encoding.");
    }
    if (framing_.http_1_0) framing_.expect_continue = false;  // RFC 9110 10.1.1: ignored
    if (close_) framing_.keep_alive = false;
    return std::nullopt;
  }

  const HeadLimits& limits_;
  Request& request_;
  Framing framing_;
  std::optional<std::string_view> host_;
  std::string_view authority_;
  bool close_ = false;
};

}  // namespace

Refusal malformed(std::string detail) {
  return {400, {Kind::malformed, "malformed_request", std::move(detail)}};
}

std::expected<std::optional<std::size_t>, Refusal> HeadScanner::scan(std::string_view received) {
  for (;;) {
    const auto newline = received.find('\n', at_);
    if (newline == std::string_view::npos) break;
    at_ = newline + 1;
    if (newline == line_ || received[newline - 1] != '\r') {
      return std::unexpected(malformed("A line ends with a bare LF."));
    }
    const bool blank = newline == line_ + 1;
    line_ = at_;
    if (in_request_line()) {
      // RFC 9112 2.2: one blank line before a request is an old client's habit.
      if (blank && newline == 1) continue;
      if (blank) return std::unexpected(malformed("The request line is missing."));
      headers_ = at_;
    } else if (blank) {
      if (auto refusal = over_limit(at_)) return std::unexpected(*std::move(refusal));
      return at_;
    }
  }
  at_ = received.size();
  if (auto refusal = over_limit(at_)) return std::unexpected(*std::move(refusal));
  return std::nullopt;
}

std::optional<Refusal> HeadScanner::over_limit(std::size_t size) const {
  const auto request_line = in_request_line() ? size : headers_;
  if (request_line > limits_.target + kRequestLineSlack) return target_too_long();
  if (size - request_line > limits_.headers) return headers_too_large();
  return std::nullopt;
}

std::expected<Framing, Refusal> parse_head(std::string_view head, const HeadLimits& limits,
                                           Request& request) {
  return HeadParser{limits, request}.parse(head);
}

}  // namespace souk::http::detail
