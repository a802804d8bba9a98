#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/random.hpp"

/// Opaque tokens: refresh tokens, password-reset and e-mail links. The holder has the token, the
/// database only its digest: who reads the database cannot use what is in it. Pure; any thread.
namespace souk::security {

using TokenDigest = std::array<std::uint8_t, 32>;

/// 256 random bits as 43 characters of base64url.
std::string make_token(Random& random);

/// SHA-256, what is stored and looked up. A fast hash is enough: 256 random bits cannot be guessed.
TokenDigest token_digest(std::string_view token);

/// Takes the same time wherever the two differ (a difference in length shows).
bool constant_time_equal(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);
bool constant_time_equal(std::string_view a, std::string_view b);

}  // namespace souk::security
