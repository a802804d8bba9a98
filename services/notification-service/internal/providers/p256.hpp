#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <openssl/types.h>

#include "core/random.hpp"
#include "security/secret.hpp"

namespace souk::notification {

/// An EVP_PKEY of our own.
using PrivateKey = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

/// A signature over SHA-256 of `bytes`, as OpenSSL makes it: PKCS #1 for RSA, DER for elliptic curves.
/// Throws Error{internal} where OpenSSL will not.
std::string sign_sha256(EVP_PKEY* key, std::string_view bytes);

/// A key pair on P-256: what signs for us at push services (VAPID), and what a message is encrypted with.
/// Immutable; any thread.
class P256KeyPair {
 public:
  static P256KeyPair generate(Random& random);
  /// Empty for bytes that are no private key: other than 32, zero, or not below the curve's order.
  static std::optional<P256KeyPair> from_private(std::span<const std::uint8_t> bytes);

  /// The uncompressed point: 65 bytes.
  const std::string& public_point() const { return point_; }
  const security::Secret<32>& private_bytes() const { return private_; }

  /// ES256 (RFC 7518): r and s, 64 bytes.
  std::string sign(std::string_view bytes) const;
  /// The secret shared with the holder of a public point; empty where that is no point of the curve.
  std::optional<security::Secret<32>> agree(std::string_view peer_point) const;

 private:
  P256KeyPair(PrivateKey key, const security::Secret<32>& bytes, std::string point);

  std::shared_ptr<EVP_PKEY> key_;
  security::Secret<32> private_;
  std::string point_;
};

}  // namespace souk::notification
