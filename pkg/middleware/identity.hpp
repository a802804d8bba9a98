#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/uuid.hpp"

namespace souk {

/// Who is behind a call, as the gateway (from an access token) or a service (its own name) vouches for.
struct Identity {
  std::string service;         ///< who makes the call: "api-gateway", "order-service", "cli"
  std::optional<UserId> user;  ///< on whose behalf; absent for a visitor and for background work
  std::optional<SessionId> session;
  std::vector<std::string> roles;  ///< of the user
  TenantId tenant = kDefaultTenant;

  bool has_role(std::string_view role) const;
  bool is_admin() const { return has_role("admin"); }
  bool is_guest() const { return has_role("guest"); }
  bool is_staff() const { return is_admin() || has_role("staff"); }
  /// The user, or Error{unauthenticated}.
  UserId require_user() const;
};

/// Seals identities into gRPC metadata and opens them again: a keyed hash (HMAC-SHA-512/256) over the
/// fields and an expiry, under a key that all processes of one installation share. Immutable, so
/// usable from any thread.
class IdentitySeal {
 public:
  /// 32 bytes.
  explicit IdentitySeal(std::span<const std::uint8_t> key);

  std::string seal(const Identity& identity, Time now) const;
  /// Empty for anything that was not sealed under this key, or is older than a minute.
  std::optional<Identity> open(std::string_view sealed, Time now) const;

 private:
  std::array<std::uint8_t, 32> key_;
};

/// The metadata key that carries a sealed identity ("-bin": raw bytes).
inline constexpr char kIdentityMetadata[] = "souk-identity-bin";

}  // namespace souk
