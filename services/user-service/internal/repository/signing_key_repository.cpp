#include "internal/repository/signing_key_repository.hpp"

namespace souk::user::repository {
namespace {

using database::Query;

constexpr Query kLockSigningKey{
    "signing_key.lock", "SELECT pg_advisory_xact_lock(hashtextextended('souk signing keys', 0))"};
constexpr Query kAll{"signing_key.all", "SELECT * FROM signing_keys ORDER BY created_at, kid"};
constexpr Query kInsertSigningKey{"signing_key.insert", R"(
  INSERT INTO signing_keys (kid, sealed_seed, state, created_at, signing_since)
  VALUES ($1, $2, $3, $4, $5))"};
constexpr Query kPromote{"signing_key.promote", R"(
  UPDATE signing_keys SET state = 'signing', signing_since = $2 WHERE kid = $1)"};
constexpr Query kRetire{"signing_key.retire", R"(
  UPDATE signing_keys SET state = 'retired', retired_at = $2 WHERE kid = ANY ($1::text[]))"};
constexpr Query kForget{"signing_key.forget",
                        "DELETE FROM signing_keys WHERE kid = ANY ($1::text[])"};

KeyState state_of(const std::string& word) {
  if (word == "next") return KeyState::next;
  return word == "signing" ? KeyState::signing : KeyState::retired;
}

StoredKey read_key(const database::Row& row) {
  return {.record = {.kid = row.get<std::string>("kid"),
                     .state = state_of(row.get<std::string>("state")),
                     .created_at = row.get<Time>("created_at"),
                     .signing_since = row.get<std::optional<Time>>("signing_since"),
                     .retired_at = row.get<std::optional<Time>>("retired_at")},
          .sealed_seed = row.get<database::Bytes>("sealed_seed")};
}

}  // namespace

void lock_keys(database::Transaction& tx) { tx.queue(kLockSigningKey); }

Task<std::vector<StoredKey>> keys(database::Transaction& tx) {
  std::vector<StoredKey> keys;
  for (const auto& row : co_await tx.query(kAll)) keys.push_back(read_key(row));
  co_return keys;
}

void insert_key(database::Transaction& tx, const StoredKey& key) {
  const auto& record = key.record;
  tx.queue(kInsertSigningKey, record.kid, key.sealed_seed,
           record.state == KeyState::signing ? "signing" : "next", record.created_at,
           record.signing_since);
}

void promote_key(database::Transaction& tx, const std::string& kid, Time now) {
  tx.queue(kPromote, kid, now);
}

void retire_keys(database::Transaction& tx, const std::vector<std::string>& kids, Time now) {
  if (!kids.empty()) tx.queue(kRetire, kids, now);
}

void forget_keys(database::Transaction& tx, const std::vector<std::string>& kids) {
  if (!kids.empty()) tx.queue(kForget, kids);
}

}  // namespace souk::user::repository
