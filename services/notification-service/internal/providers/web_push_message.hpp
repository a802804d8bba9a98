#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "internal/providers/p256.hpp"

namespace souk::notification {

/// The longest text that fits a push message: services take 4,096 bytes with everything.
inline constexpr std::size_t kMaxPushText = 3'900;

/// `text` as only the browser with these keys can read it: one aes128gcm record (RFC 8188, RFC 8291).
/// `once`: a key pair for this message alone; `salt`: 16 random bytes. Throws Error{validation,
/// "invalid_push_keys"} where `browser_point` is no point of the curve or `auth` has not 16 bytes.
std::string encrypt_push(std::string_view text, std::string_view browser_point,
                         std::string_view auth, const P256KeyPair& once,
                         std::span<const std::uint8_t> salt);

}  // namespace souk::notification
