#include "internal/repository/account_token_repository.hpp"

#include <algorithm>

namespace souk::user::repository {
namespace {

constexpr database::Query kInsertToken{"account_token.insert", R"(
  INSERT INTO account_tokens (digest, user_id, purpose, email, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6))"};
constexpr database::Query kTokensSince{"account_token.count", R"(
  SELECT count(*) AS tokens FROM account_tokens
  WHERE user_id = $1 AND purpose = $2 AND created_at > $3)"};
constexpr database::Query kFindToken{"account_token.find", R"(
  SELECT user_id, purpose, email, expires_at FROM account_tokens
  WHERE digest = $1 AND used_at IS NULL AND expires_at > $2)"};
constexpr database::Query kUseToken{"account_token.use", R"(
  UPDATE account_tokens SET used_at = $2
  WHERE digest = $1 AND used_at IS NULL AND expires_at > $2)"};
constexpr database::Query kDropTokens{"account_token.drop", R"(
  UPDATE account_tokens SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL)"};
// What the account had before is counted in the statement's snapshot: without what it inserts.
constexpr database::Query kNoteDevice{"known_device.note", R"(
  WITH noted AS (
    INSERT INTO known_devices (user_id, digest, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $3)
    ON CONFLICT ON CONSTRAINT known_devices_pkey
    DO UPDATE SET last_seen_at = greatest(known_devices.last_seen_at, excluded.last_seen_at)
    RETURNING xmax = 0 AS added)
  SELECT added AND EXISTS (SELECT FROM known_devices WHERE user_id = $1) AS is_new FROM noted)"};
constexpr database::Query kPurgeTokens{"account_token.purge", R"(
  DELETE FROM account_tokens
  WHERE digest = ANY (ARRAY(SELECT digest FROM account_tokens WHERE expires_at <= $1 LIMIT $2)))"};
constexpr database::Query kPurgeDevices{"known_device.purge", R"(
  DELETE FROM known_devices
  WHERE (user_id, digest) IN (
    SELECT user_id, digest FROM known_devices WHERE last_seen_at <= $1 LIMIT $2))"};

/// Keeps each statement of a purge short.
constexpr std::int64_t kTokenChunk = 5000;

database::Bytes digest_bytes(const security::TokenDigest& digest) {
  return {digest.begin(), digest.end()};
}

Task<> purge_all(database::Database& database, database::Scope scope, const database::Query& query,
                 Time until) {
  std::size_t purged = kTokenChunk;
  while (purged == kTokenChunk) {
    purged = (co_await database.query(scope, query, until, kTokenChunk)).affected();
  }
}

}  // namespace

void insert_token(database::Transaction& tx, const AccountToken& token, Time now) {
  tx.queue(kInsertToken, digest_bytes(token.digest), token.user,
           std::string{to_text(token.purpose)}, token.email, now, token.expires_at);
}

Task<std::int64_t> tokens_since(database::Transaction& tx, UserId user, TokenPurpose purpose,
                                Time since) {
  const auto rows = co_await tx.query(kTokensSince, user, std::string{to_text(purpose)}, since);
  co_return rows.front().get<std::int64_t>("tokens");
}

Task<std::optional<AccountToken>> find_token(database::Database& database, database::Scope scope,
                                             const security::TokenDigest& digest, Time now) {
  const auto row = co_await database.query_optional(scope, kFindToken, digest_bytes(digest), now);
  if (!row) co_return std::nullopt;
  co_return AccountToken{.digest = digest,
                         .user = row->get<UserId>("user_id"),
                         .purpose = purpose_from(row->get<std::string>("purpose")),
                         .email = row->get<std::string>("email"),
                         .expires_at = row->get<Time>("expires_at")};
}

Task<bool> use_token(database::Transaction& tx, const security::TokenDigest& digest, Time now) {
  co_return (co_await tx.query(kUseToken, digest_bytes(digest), now)).affected() > 0;
}

void drop_tokens(database::Transaction& tx, UserId user, Time now) {
  tx.queue(kDropTokens, user, now);
}

Task<bool> note_device(database::Transaction& tx, UserId user, const security::TokenDigest& device,
                       Time now) {
  const auto rows = co_await tx.query(kNoteDevice, user, digest_bytes(device), now);
  co_return rows.front().get<bool>("is_new");
}

Task<> purge_tokens(database::Database& database, database::Scope scope, Time now,
                    Time unseen_since) {
  scope.tenant = kEveryTenant;
  co_await purge_all(database, scope, kPurgeTokens, now);
  co_await purge_all(database, scope, kPurgeDevices, unseen_since);
}

}  // namespace souk::user::repository
