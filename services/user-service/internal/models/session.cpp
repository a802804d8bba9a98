#include "internal/models/session.hpp"

namespace souk::user {

TokenVerdict judge(const Session& session, const security::TokenDigest& presented, Time now) {
  if (session.revoked || session.expires_at <= now) return TokenVerdict::ended;
  return security::constant_time_equal(session.token_digest, presented) ? TokenVerdict::good
                                                                        : TokenVerdict::reused;
}

}  // namespace souk::user
