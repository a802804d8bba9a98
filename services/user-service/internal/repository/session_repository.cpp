#include "internal/repository/session_repository.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace souk::user::repository {
namespace {

using database::Bytes;
using database::Query;

constexpr Query kInsertSession{"session.insert", R"(
  INSERT INTO sessions (id, user_id, token_digest, created_at, last_used_at, expires_at, device,
                        address)
  VALUES ($1, $2, $3, $4, $4, $5, $6, $7))"};
constexpr Query kLockSession{"session.lock", R"(
  SELECT s.token_digest, s.expires_at, s.revoked_at, s.user_id,
         u.email, u.full_name, u.phone, u.locale, u.roles, u.email_verified, u.disabled_at,
         u.created_at, u.updated_at
  FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.id = $1 FOR NO KEY UPDATE OF s)"};
constexpr Query kRenew{"session.renew", R"(
  UPDATE sessions
  SET token_digest = $2, expires_at = $3, last_used_at = $4, device = $5, address = $6
  WHERE id = $1)"};
constexpr Query kOpen{"session.open", R"(
  SELECT id, device, address, created_at, last_used_at FROM sessions
  WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
  ORDER BY last_used_at DESC, id DESC LIMIT $3)"};
constexpr Query kEndOne{"session.end", R"(
  UPDATE sessions SET revoked_at = $3, address = ''
  WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL RETURNING id)"};
constexpr Query kEndOthers{"session.end_others", R"(
  UPDATE sessions SET revoked_at = $3, address = ''
  WHERE user_id = $2 AND id <> $1 AND revoked_at IS NULL RETURNING id)"};
constexpr Query kEndAll{"session.end_all", R"(
  UPDATE sessions SET revoked_at = $2, address = ''
  WHERE user_id = $1 AND revoked_at IS NULL RETURNING id)"};
// Numbers are given in the order of commits, so that a reader who asks for what comes after the
// greatest number it knows misses none. A wait of one commit at worst; revocations are rare.
constexpr Query kAnnounceInTurn{
    "revocation.lock", "SELECT pg_advisory_xact_lock(hashtextextended('souk revocations', 0))"};
constexpr Query kAnnounce{"revocation.insert", R"(
  INSERT INTO revocations (session_id, forget_after) SELECT unnest($1::uuid[]), $2)"};
constexpr Query kRevocationsAfter{"revocation.after", R"(
  SELECT seq, session_id, forget_after FROM revocations
  WHERE seq > $1 AND forget_after > $2 ORDER BY seq)"};
constexpr Query kPurgeSessions{"session.purge", R"(
  DELETE FROM sessions
  WHERE id = ANY (ARRAY(SELECT id FROM sessions WHERE expires_at <= $1 LIMIT $2)))"};
constexpr Query kPurgeRevocations{"revocation.purge", R"(
  DELETE FROM revocations
  WHERE seq = ANY (ARRAY(SELECT seq FROM revocations WHERE forget_after <= $1 LIMIT $2)))"};

/// Nobody looks through more; the ones used last are shown, and all others can be ended at once.
constexpr std::int64_t kSessionsShown = 100;

/// Keeps each statement of a purge short.
constexpr std::int64_t kPurgeChunk = 5000;

Bytes bytes_of(const security::TokenDigest& digest) { return {digest.begin(), digest.end()}; }

HeldSession read_held(SessionId id, const database::Row& row) {
  const auto user = row.get<UserId>("user_id");
  HeldSession held{.session = {.id = id,
                               .user = user,
                               .expires_at = row.get<Time>("expires_at"),
                               .revoked = !row.is_null("revoked_at")},
                   .user = {.id = user,
                            .email = row.get<std::string>("email"),
                            .full_name = row.get<std::string>("full_name"),
                            .phone = row.get<std::string>("phone"),
                            .locale = row.get<std::string>("locale"),
                            .roles = row.get<std::vector<std::string>>("roles"),
                            .email_verified = row.get<bool>("email_verified"),
                            .disabled = !row.is_null("disabled_at"),
                            .created_at = row.get<Time>("created_at"),
                            .updated_at = row.get<Time>("updated_at")}};
  std::ranges::copy(row.get<Bytes>("token_digest"), held.session.token_digest.begin());
  return held;
}

std::vector<SessionId> ids_of(const database::Rows& rows) {
  std::vector<SessionId> ids;
  for (const auto& row : rows) ids.push_back(row.get<SessionId>("id"));
  return ids;
}

Task<> purge(database::Database& database, database::Scope scope, const Query& query, Time now) {
  std::size_t purged = kPurgeChunk;
  while (purged == kPurgeChunk) {
    purged = (co_await database.query(scope, query, now, kPurgeChunk)).affected();
  }
}

}  // namespace

void insert_session(database::Transaction& tx, const Session& session, Time now) {
  tx.queue(kInsertSession, session.id, session.user, bytes_of(session.token_digest), now,
           session.expires_at, session.place.device, session.place.address);
}

Task<std::optional<HeldSession>> lock_session(database::Transaction& tx, SessionId id) {
  const auto row = co_await tx.query_optional(kLockSession, id);
  co_return row ? std::optional{read_held(id, *row)} : std::nullopt;
}

void renew_session(database::Transaction& tx, const Session& session, Time now) {
  tx.queue(kRenew, session.id, bytes_of(session.token_digest), session.expires_at, now,
           session.place.device, session.place.address);
}

Task<std::vector<OpenSession>> open_sessions(database::Database& database, database::Scope scope,
                                             UserId user, Time now) {
  std::vector<OpenSession> sessions;
  for (const auto& row : co_await database.query(scope, kOpen, user, now, kSessionsShown)) {
    sessions.push_back({.id = row.get<SessionId>("id"),
                        .place = {row.get<std::string>("device"), row.get<std::string>("address")},
                        .created_at = row.get<Time>("created_at"),
                        .last_used_at = row.get<Time>("last_used_at")});
  }
  co_return sessions;
}

Task<std::vector<SessionId>> end_session(database::Transaction& tx, SessionId id, UserId user,
                                         Time now) {
  co_return ids_of(co_await tx.query(kEndOne, id, user, now));
}

Task<std::vector<SessionId>> end_other_sessions(database::Transaction& tx, SessionId kept,
                                                UserId user, Time now) {
  co_return ids_of(co_await tx.query(kEndOthers, kept, user, now));
}

Task<std::vector<SessionId>> end_sessions_of(database::Transaction& tx, UserId user, Time now) {
  co_return ids_of(co_await tx.query(kEndAll, user, now));
}

void announce_revocations(database::Transaction& tx, const std::vector<SessionId>& sessions,
                          Time now) {
  if (sessions.empty()) return;
  tx.queue(kAnnounceInTurn);
  tx.queue(kAnnounce, sessions, now + kRevocationLife);
}

Task<std::vector<Revocation>> revocations_after(database::Database& database, database::Scope scope,
                                                std::int64_t seq, Time now) {
  scope.tenant = kEveryTenant;
  std::vector<Revocation> revocations;
  for (const auto& row : co_await database.query(scope, kRevocationsAfter, seq, now)) {
    revocations.push_back({.seq = row.get<std::int64_t>("seq"),
                           .session = row.get<SessionId>("session_id"),
                           .forget_after = row.get<Time>("forget_after")});
  }
  co_return revocations;
}

Task<> purge_sessions(database::Database& database, database::Scope scope, Time now) {
  scope.tenant = kEveryTenant;
  co_await purge(database, scope, kPurgeSessions, now);
  co_await purge(database, scope, kPurgeRevocations, now);
}

}  // namespace souk::user::repository
