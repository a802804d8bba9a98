#pragma once

#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/key_rotation.hpp"

namespace souk::user {

/// A signing key as it is stored: its seed is sealed.
struct StoredKey {
  KeyRecord record;
  database::Bytes sealed_seed;
};

/// The SQL of signing_keys. Stateless.
namespace repository {

/// Until the transaction ends, no other replica looks at the keys.
void lock_keys(database::Transaction& tx);
Task<std::vector<StoredKey>> keys(database::Transaction& tx);

void insert_key(database::Transaction& tx, const StoredKey& key);
void promote_key(database::Transaction& tx, const std::string& kid, Time now);
void retire_keys(database::Transaction& tx, const std::vector<std::string>& kids, Time now);
void forget_keys(database::Transaction& tx, const std::vector<std::string>& kids);

}  // namespace repository
}  // namespace souk::user
