#pragma once

#include <optional>
#include <vector>

#include "internal/repository/signing_key_repository.hpp"
#include "internal/service/seed_vault.hpp"
#include "runtime/module.hpp"

namespace souk::user {

/// The keys of the access tokens, shared by all replicas through the database and kept in memory as
/// a ring. Owned by the module, on its loop.
class SigningKeys {
 public:
  SigningKeys(const runtime::ModuleContext& context, database::Database& database);

  /// Rotates what is due (the first key is made here) and reads the keys of all replicas. At the
  /// start, and each minute from then on.
  Task<> refresh();

  /// Throws Error{unavailable} before the first refresh has succeeded. Valid until the next one.
  const security::KeyRing& ring() const;

 private:
  Task<std::vector<StoredKey>> rotate(database::Transaction& tx, Time now);
  Task<std::vector<StoredKey>> read(database::Transaction& tx);
  void carry_out(database::Transaction& tx, const Rotation& plan, Time now);
  StoredKey make_key(KeyState state, Time now);
  void load(const std::vector<StoredKey>& stored);

  database::Database& database_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  SeedVault vault_;
  std::optional<security::KeyRing> ring_;
};

}  // namespace souk::user
