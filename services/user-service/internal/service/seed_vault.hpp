#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/random.hpp"
#include "database/param.hpp"
#include "security/jwt.hpp"

namespace souk::user {

/// Encrypts the seeds of signing keys (XChaCha20-Poly1305, bound to their kid) under a key derived
/// from the installation's internal key: who reads the database, or a backup of it, cannot sign
/// tokens. Immutable; any thread.
class SeedVault {
 public:
  /// `internal_key`: the 32 bytes of ModuleContext::key.
  explicit SeedVault(std::span<const std::uint8_t> internal_key);

  database::Bytes seal(const security::SigningKey& key, Random& random) const;
  /// Empty where it was sealed under another internal key, or for another kid.
  std::optional<security::SigningKey> open(std::string_view kid,
                                           const database::Bytes& sealed) const;

 private:
  security::SecretKey key_;
};

}  // namespace souk::user
