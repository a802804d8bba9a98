#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <sodium.h>

#include "core/error.hpp"

namespace souk::security {

/// N bytes that must not linger in memory: wiped when it goes, and never printable. A value.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  /// Throws Error{internal} unless there are exactly N bytes.
  explicit Secret(std::span<const std::uint8_t> bytes) {
    if (bytes.size() != N) {
      throw Error{Kind::internal, "invalid_key", "A secret key has the wrong length."};
    }
    std::ranges::copy(bytes, bytes_.begin());
  }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { sodium_memzero(bytes_.data(), N); }

  std::span<const std::uint8_t, N> bytes() const { return bytes_; }
  std::span<std::uint8_t, N> bytes() { return bytes_; }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::uint8_t* data() { return bytes_.data(); }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

using SecretKey = Secret<32>;

}  // namespace souk::security
