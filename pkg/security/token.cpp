#include "security/token.hpp"

#include <sodium.h>

#include "security/base64url.hpp"
#include "security/secret.hpp"

namespace souk::security {
namespace {

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string make_token(Random& random) {
  Secret<32> bytes;
  random.fill(bytes.bytes());
  return base64url::encode(bytes.bytes());
}

TokenDigest token_digest(std::string_view token) {
  TokenDigest digest{};
  crypto_hash_sha256(digest.data(), as_bytes(token).data(), token.size());
  return digest;
}

bool constant_time_equal(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return constant_time_equal(as_bytes(a), as_bytes(b));
}

}  // namespace souk::security
