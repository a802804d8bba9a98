#include "core/trace.hpp"

#include <charconv>

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

std::uint64_t from_hex(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

std::uint64_t random_id(Random& random) { return random.next() | 1; }  // never zero

}  // namespace

Trace Trace::join(std::string_view header, Random& random) {
  // version(2)-trace id(32)-parent id(16)-flags(2); a later version may append, version ff is invalid.
  const bool sane = header.size() >= 55 && header[2] == '-' && header[35] == '-' &&
                    header[52] == '-' && is_lower_hex(header.substr(0, 2)) &&
                    !header.starts_with("ff") &&
                    (header.size() == 55 || (!header.starts_with("00") && header[55] == '-')) &&
                    is_id(header.substr(3, 32)) && is_id(header.substr(36, 16)) &&
                    is_lower_hex(header.substr(53, 2));
  if (!sane) return {.id_high = random.next(), .id_low = random_id(random), .span = random_id(random)};
  return {.id_high = from_hex(header.substr(3, 16)),
          .id_low = from_hex(header.substr(19, 16)),
          .span = random_id(random),
          .parent = from_hex(header.substr(36, 16)),
          .sampled = (from_hex(header.substr(53, 2)) & 1U) != 0};
}

Trace Trace::child(Random& random) const { return child(random_id(random)); }

std::string Trace::trace_id() const { return fmt::format("{:016x}{:016x}", id_high, id_low); }

std::string Trace::span_id() const { return fmt::format("{:016x}", span); }

std::string Trace::traceparent() const {
  return fmt::format("00-{:016x}{:016x}-{:016x}-{}", id_high, id_low, span, sampled ? "01" : "00");
}

}  // namespace souk
