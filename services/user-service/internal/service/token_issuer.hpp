#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "internal/models/session.hpp"
#include "internal/service/signing_keys.hpp"
#include "security/signer.hpp"

namespace souk::user {

/// Makes the two tokens of a login. Owned by the module, on its loop.
class TokenIssuer {
 public:
  TokenIssuer(const runtime::ModuleContext& context, const SigningKeys& keys);

  std::string access_token(const User& user, SessionId session) const;

  /// A token that nobody can make but we, so that an old one is told from an invented one.
  std::string refresh_token(SessionId session) const;
  /// Whose it is, if it is one of ours; whether it is still good is the session's to say.
  std::optional<SessionId> session_of(std::string_view refresh_token) const;

 private:
  const SigningKeys& keys_;
  const Clock& clock_;
  Random& random_;
  std::string issuer_;
  security::Signer seal_;
};

}  // namespace souk::user
