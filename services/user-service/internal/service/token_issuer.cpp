#include "internal/service/token_issuer.hpp"

#include <algorithm>

namespace souk::user {
namespace {

constexpr char kAudience[] = "souk";
constexpr std::size_t kSessionBytes = 16;
/// What nobody can guess of a refresh token, beside its seal.
constexpr std::size_t kRandomBytes = 32;

}  // namespace

TokenIssuer::TokenIssuer(const runtime::ModuleContext& context, const SigningKeys& keys)
    : keys_(keys),
      clock_(context.clock),
      random_(context.random),
      issuer_(context.settings.text("SOUK_PUBLIC_URL")),
      seal_(security::SecretKey{context.key}, "refresh-token") {}

std::string TokenIssuer::access_token(const User& user, SessionId session) const {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  return keys_.ring().sign({.iss = issuer_,
                            .aud = kAudience,
                            .sub = user.id,
                            .sid = session,
                            .roles = user.roles,
                            .iat = now,
                            .nbf = now,
                            .exp = now + kAccessTokenLife,
                            .jti = std::nullopt});
}

std::string TokenIssuer::refresh_token(SessionId session) const {
  std::array<std::uint8_t, kSessionBytes + kRandomBytes> bytes{};
  std::ranges::copy(session.uuid().bytes(), bytes.begin());
  random_.fill(std::span{bytes}.subspan(kSessionBytes));
  return seal_.seal({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<SessionId> TokenIssuer::session_of(std::string_view refresh_token) const {
  const auto bytes = seal_.open(refresh_token);
  if (!bytes || bytes->size() != kSessionBytes + kRandomBytes) return std::nullopt;
  std::array<std::uint8_t, kSessionBytes> id{};
  std::copy_n(bytes->begin(), kSessionBytes, id.begin());
  return SessionId{Uuid{id}};
}

}  // namespace souk::user
