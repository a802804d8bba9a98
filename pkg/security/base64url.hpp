#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// base64url without padding (RFC 4648 §5). Pure; any thread.
namespace souk::security::base64url {

std::string encode(std::span<const std::uint8_t> bytes);
std::string encode(std::string_view bytes);

/// Strict: no padding, white space or foreign character, and no stray bits at the end, so that
/// every byte string has exactly one text. Empty for anything else.
std::optional<std::string> decode(std::string_view text);

}  // namespace souk::security::base64url
