#include "middleware/trace.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace souk {
namespace {

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::string random_span(Random& random) { return fmt::format("{:016x}", random.next() | 1); }

}  // namespace

Trace Trace::join(std::string_view header, Random& random) {
  // version(2)-trace id(32)-parent id(16)-flags(2); a later version may append, version ff is invalid.
  const bool sane = header.size() >= 55 && header[2] == '-' && header[35] == '-' &&
                    header[52] == '-' && is_lower_hex(header.substr(0, 2)) &&
                    !header.starts_with("ff") &&
                    (header.size() == 55 || (!header.starts_with("00") && header[55] == '-')) &&
                    is_id(header.substr(3, 32)) && is_id(header.substr(36, 16)) &&
                    is_lower_hex(header.substr(53, 2));
  if (!sane) {
    return {fmt::format("{:016x}{:016x}", random.next(), random.next() | 1), random_span(random),
            false};
  }
  const char last = header[54];
  const int flags = last <= '9' ? last - '0' : last - 'a' + 10;
  return {std::string{header.substr(3, 32)}, random_span(random), (flags & 1) != 0};
}

Trace Trace::child(Random& random) const { return {trace_id, random_span(random), sampled}; }

std::string Trace::traceparent() const {
  return fmt::format("00-{}-{}-{}", trace_id, span_id, sampled ? "01" : "00");
}

}  // namespace souk
