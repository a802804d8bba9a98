#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/random.hpp"
#include "core/uuid.hpp"
#include "security/secret.hpp"

/// Access tokens: JWTs (RFC 9068, typ "at+jwt") signed with Ed25519 and nothing else.
namespace souk::security {

/// What an access token says. Times are whole seconds, as JWT counts them.
struct Claims {
  std::string iss;
  std::string aud;
  UserId sub;
  SessionId sid;
  std::vector<std::string> roles;
  std::chrono::sys_seconds iat;
  std::chrono::sys_seconds nbf;
  std::chrono::sys_seconds exp;
  std::optional<std::string> jti;

  bool operator==(const Claims&) const = default;
};

/// Whose tokens are accepted, and for whom they must be meant.
struct Expected {
  std::string iss;
  std::string aud;
};

/// A longer token is refused unread. Ours have about 500 bytes; all HTTP headers may have 16 KiB.
inline constexpr std::size_t kMaxTokenBytes = 8 * 1024;

/// How far the clock of the machine that signed may be ahead of ours: generous for hosts that keep
/// time by NTP, too short to matter. Expiry is strict.
inline constexpr std::chrono::seconds kClockSkew{30};

struct PublicKey {
  std::string kid;  ///< 1 to 128 of the base64url alphabet
  std::array<std::uint8_t, 32> bytes;
};

/// The public half of a key ring: all that a process needs to verify. Immutable; any thread.
class Jwks {
 public:
  /// Throws Error{internal} for a kid that is malformed or there twice.
  explicit Jwks(std::vector<PublicKey> keys);

  /// Reads a JWK set (RFC 7517, RFC 8037). Keys that are no Ed25519 signing keys are passed over;
  /// a set without any that is, or that cannot be read, is Error{malformed, "invalid_jwks"}.
  static Result<Jwks> parse(std::string_view json);

  /// The set as `/.well-known/jwks.json` shows it.
  std::string json() const;

  /// The claims, or Error{unauthenticated}: "token_expired" for a good token whose time is over,
  /// "invalid_token" for everything else.
  Result<Claims> verify(std::string_view token, Time now, const Expected& expected) const;

 private:
  std::map<std::string, PublicKey, std::less<>> by_header_;  ///< by encoded token header
};

/// An Ed25519 key pair. What is stored is its seed; the kid follows from it.
class SigningKey {
 public:
  static SigningKey generate(Random& random);
  /// 32 bytes; throws Error{internal} for any other number.
  static SigningKey from_seed(std::span<const std::uint8_t> seed);

  /// The key's RFC 7638 thumbprint: 43 characters.
  const std::string& kid() const { return public_key_.kid; }
  const PublicKey& public_key() const { return public_key_; }
  /// For the database, and nowhere else.
  const Secret<32>& seed() const { return seed_; }

  /// 64 bytes.
  std::string sign(std::string_view bytes) const;

 private:
  explicit SigningKey(const Secret<32>& seed);

  Secret<32> seed_;
  Secret<64> secret_;
  PublicKey public_key_;
};

/// Several keys: one signs, all verify. Immutable, any thread; keys are rotated by making another
/// ring. A new key verifies (and is published) for a while before it signs, an old one as long as
/// its last token lives.
class KeyRing {
 public:
  /// Throws Error{internal} unless `signing_kid` is one of `keys`.
  KeyRing(const std::vector<SigningKey>& keys, std::string_view signing_kid);

  std::string sign(const Claims& claims) const;
  Result<Claims> verify(std::string_view token, Time now, const Expected& expected) const {
    return jwks_.verify(token, now, expected);
  }
  const Jwks& jwks() const { return jwks_; }
  std::string jwks_json() const { return jwks_.json(); }

 private:
  SigningKey signer_;
  Jwks jwks_;
};

}  // namespace souk::security
