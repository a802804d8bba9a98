#include "core/uuid.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace souk {
namespace {

constexpr std::size_t kTextLength = 36;
constexpr std::uint16_t kMaxSequence = 0x0FFF;

constexpr bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

/// 0..15, or -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextLength) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < kTextLength; ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& byte = bytes[nibble++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  return Uuid{bytes};
}

std::string Uuid::str() const {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  text.reserve(kTextLength);
  for (const auto byte : bytes_) {
    if (is_dash_position(text.size())) text += '-';
    text += kHex[byte >> 4];
    text += kHex[byte & 0x0F];
  }
  return text;
}

Uuid IdGenerator::next() {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(clock_.now()).time_since_epoch().count();
  const auto now_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0));
  std::array<std::uint8_t, 16> bytes{};
  random_.fill(std::span{bytes}.subspan(8));

  const std::scoped_lock lock{mutex_};
  if (now_ms > last_ms_) {
    last_ms_ = now_ms;
    sequence_ = 0;
  } else if (sequence_ < kMaxSequence) {
    ++sequence_;
  } else {
    // More than 4096 in one millisecond, or a clock that went back: borrow from the next one.
    ++last_ms_;
    sequence_ = 0;
  }
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(last_ms_ >> (40 - 8 * i));
  }
  bytes[6] = static_cast<std::uint8_t>(0x70 | sequence_ >> 8);
  bytes[7] = static_cast<std::uint8_t>(sequence_);
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
  return Uuid{bytes};
}

Uuid uuid_or_not_found(std::string_view text) {
  if (const auto uuid = Uuid::parse(text)) return *uuid;
  throw not_found("resource");
}

}  // namespace souk
