#pragma once

#include <optional>

#include "internal/providers/p256.hpp"
#include "runtime/module.hpp"

namespace souk::notification {

/// The key that push services know the shop by: the one that the settings give, or one that the first replica
/// makes and all share through the database, sealed under the internal key. Browsers subscribe for this key, so
/// it is made once. A key that was sealed under another internal key is of use to nobody: it gives way to a new
/// one, and the browsers' subscriptions go with it. Owned by the module, on its loop.
class VapidKeys {
 public:
  /// Throws Error{validation, "invalid_setting"} for a VAPID_PRIVATE_KEY that is none.
  VapidKeys(const runtime::ModuleContext& context, database::Database& database);

  Task<P256KeyPair> get();

 private:
  database::Bytes seal(const P256KeyPair& key) const;
  std::optional<P256KeyPair> open(const database::Bytes& sealed) const;
  Task<P256KeyPair> get_in(database::Transaction& tx);

  database::Database& database_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  security::SecretKey seal_key_;
  std::optional<P256KeyPair> given_;
};

}  // namespace souk::notification
