#pragma once

#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/push.hpp"

/// The SQL of devices and of the VAPID key. Stateless.
namespace souk::notification::repository {

/// Registers it, or gives it to its new user; the id and time of registration that it has then.
Task<Device> save_device(database::Transaction& tx, const Device& device);
/// Keeps the newest `most` of a user.
void drop_old_devices(database::Transaction& tx, UserId user, int most);

/// Newest first.
Task<std::vector<Device>> devices(database::Database& database, database::Scope scope, UserId user);
/// False where the user has no such device.
Task<bool> remove_device(database::Database& database, database::Scope scope, UserId user,
                         DeviceId id);
/// A push service says that nobody is there.
Task<> forget_device(database::Database& database, database::Scope scope, DeviceId id);

/// The key that all replicas use: `sealed` where there was none.
Task<database::Bytes> vapid_key(database::Transaction& tx, const database::Bytes& sealed, Time now);
/// Another key, with which every browser has to subscribe anew.
void replace_vapid_key(database::Transaction& tx, const database::Bytes& sealed, Time now);

}  // namespace souk::notification::repository
