#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "security/secret.hpp"

namespace souk::security {

/// Makes bytes tamper-evident (HMAC-SHA-512/256) on their way through hands that are not ours and
/// back: page tokens, cookies. It does not hide them. Immutable; any thread.
class Signer {
 public:
  /// Each purpose ("page-token") signs under a key of its own, derived from `key`: what was signed
  /// for one purpose is refused for every other.
  Signer(const SecretKey& key, std::string_view purpose);

  /// 32 bytes that vouch for `bytes`.
  std::string sign(std::string_view bytes) const;
  bool verify(std::string_view bytes, std::string_view signature) const;

  /// Signature and bytes as one base64url text, fit for a URL.
  std::string seal(std::string_view bytes) const;
  /// The bytes back; empty for anything that `seal` did not make under this key and purpose.
  std::optional<std::string> open(std::string_view sealed) const;

 private:
  SecretKey key_;
};

}  // namespace souk::security
