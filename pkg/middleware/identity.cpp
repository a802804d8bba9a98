#include "middleware/identity.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <sodium.h>

#include "common/identity.pb.h"
#include "core/error.hpp"
#include "core/text.hpp"

namespace souk {
namespace {

// Longer than any clock difference between machines, shorter than what a leaked header is good for.
constexpr std::chrono::seconds kLifetime{60};

}  // namespace

bool Identity::has_role(std::string_view role) const {
  return std::ranges::find(roles, role) != roles.end();
}

UserId Identity::require_user() const {
  if (!user) throw Error{Kind::unauthenticated, "unauthenticated", "Log in first."};
  return *user;
}

IdentitySeal::IdentitySeal(std::span<const std::uint8_t> key) {
  static_assert(crypto_auth_KEYBYTES == 32);
  if (key.size() != key_.size()) throw std::logic_error{"an identity key has 32 bytes"};
  std::ranges::copy(key, key_.begin());
}

std::string IdentitySeal::seal(const Identity& identity, Time now) const {
  common::v1::SealedIdentity fields;
  fields.set_service(identity.service);
  if (identity.user) fields.set_user_id(identity.user->str());
  if (identity.session) fields.set_session_id(identity.session->str());
  for (const auto& role : identity.roles) fields.add_roles(role);
  fields.set_tenant_id(identity.tenant.str());
  fields.set_sealed_at_us(now.time_since_epoch().count());
  std::string sealed(crypto_auth_BYTES, '\0');
  const std::string body = fields.SerializeAsString();
  crypto_auth(reinterpret_cast<unsigned char*>(sealed.data()), text::octets(body), body.size(),
              key_.data());
  return sealed + body;
}

std::optional<Identity> IdentitySeal::open(std::string_view sealed, Time now) const {
  if (sealed.size() < crypto_auth_BYTES) return std::nullopt;
  const auto body = sealed.substr(crypto_auth_BYTES);
  const auto* bytes = text::octets(sealed);
  if (crypto_auth_verify(bytes, bytes + crypto_auth_BYTES, body.size(), key_.data()) != 0)
    return std::nullopt;
  common::v1::SealedIdentity fields;
  if (!fields.ParseFromArray(body.data(), static_cast<int>(body.size()))) return std::nullopt;
  const Time sealed_at{std::chrono::microseconds{fields.sealed_at_us()}};
  if (now - sealed_at > kLifetime || sealed_at - now > kLifetime) return std::nullopt;

  Identity identity;
  identity.service = fields.service();
  if (!fields.user_id().empty()) identity.user = UserId::from(fields.user_id());
  if (!fields.session_id().empty()) identity.session = SessionId::from(fields.session_id());
  identity.roles.assign(fields.roles().begin(), fields.roles().end());
  identity.tenant = TenantId::from(fields.tenant_id());
  return identity;
}

}  // namespace souk
