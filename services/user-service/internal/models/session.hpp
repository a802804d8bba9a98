#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "internal/models/user.hpp"
#include "security/token.hpp"

namespace souk::user {

/// Short enough that a change of roles shows soon, long enough that refreshing costs nothing.
inline constexpr std::chrono::minutes kAccessTokenLife{15};
/// Counted from the last refresh: who comes back within a month stays logged in.
inline constexpr std::chrono::days kRefreshTokenLife{30};
/// A revocation is kept until the session's last access token has ended by anyone's clock: one that
/// is a minute slow included.
inline constexpr std::chrono::minutes kRevocationLife = kAccessTokenLife + std::chrono::minutes{1};

/// What a session is used from, as its owner can recognise it.
struct Place {
  std::string device;   ///< device_name()
  std::string address;  ///< of the client; empty where it is not known
};

/// A login. Its refresh token changes with every use.
struct Session {
  SessionId id;
  UserId user;
  security::TokenDigest token_digest{};  ///< of the one refresh token that is good
  Time expires_at;
  bool revoked = false;
  Place place = {};  ///< where it was used last
};

/// One of the places where an account is logged in.
struct OpenSession {
  SessionId id;
  Place place;
  Time created_at;
  Time last_used_at;
};

/// What a refresh token that bears our seal is worth.
enum class TokenVerdict {
  good,
  ended,   ///< its session is over
  reused,  ///< it was exchanged before: one of its two holders is a thief
};

TokenVerdict judge(const Session& session, const security::TokenDigest& presented, Time now);

/// What a client holds once it is logged in.
struct LoggedIn {
  User user;
  SessionId session;
  std::string access_token;
  std::string refresh_token;
};

}  // namespace souk::user
