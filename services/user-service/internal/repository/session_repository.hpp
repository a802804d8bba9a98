#pragma once

#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/session.hpp"

namespace souk::user {

struct Revocation {
  std::int64_t seq = 0;
  SessionId session;
  Time forget_after;
};

/// The SQL of sessions and revocations. Stateless.
namespace repository {

void insert_session(database::Transaction& tx, const Session& session, Time now);

/// A session, locked, and whose it is.
struct HeldSession {
  Session session;
  User user;
};
Task<std::optional<HeldSession>> lock_session(database::Transaction& tx, SessionId id);

/// The session goes on with another refresh token.
void renew_session(database::Transaction& tx, const Session& session, Time now);

/// Those that are not over, the one used last first; the latest hundred.
Task<std::vector<OpenSession>> open_sessions(database::Database& database, database::Scope scope,
                                             UserId user, Time now);

/// Ends what is still open and gives the ids of what it ended; announce_revocations makes them
/// known.
Task<std::vector<SessionId>> end_session(database::Transaction& tx, SessionId id, UserId user,
                                         Time now);
Task<std::vector<SessionId>> end_other_sessions(database::Transaction& tx, SessionId kept,
                                                UserId user, Time now);
Task<std::vector<SessionId>> end_sessions_of(database::Transaction& tx, UserId user, Time now);

/// From here to its commit a transaction keeps every other from announcing: it must wait for no
/// lock after this.
void announce_revocations(database::Transaction& tx, const std::vector<SessionId>& sessions,
                          Time now);

/// Those of every tenant that still matter, in order.
Task<std::vector<Revocation>> revocations_after(database::Database& database, database::Scope scope,
                                                std::int64_t seq, Time now);

/// Forgets sessions and revocations of every tenant that are over.
Task<> purge_sessions(database::Database& database, database::Scope scope, Time now);

}  // namespace repository
}  // namespace souk::user
