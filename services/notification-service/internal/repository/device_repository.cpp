#include "internal/repository/device_repository.hpp"

namespace souk::notification::repository {
namespace {

using database::Query;

constexpr Query kSaveDevice{"device.save", R"(
  INSERT INTO devices (id, user_id, platform, address, address_digest, p256dh, auth, name, created_at)
  VALUES ($1, $2, $3, $4, sha256(convert_to($3 || ' ' || $4, 'UTF8')), $5, $6, $7, $8)
  ON CONFLICT ON CONSTRAINT devices_address_once DO UPDATE SET
    user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth, name = excluded.name,
    id = CASE WHEN devices.user_id = excluded.user_id THEN devices.id ELSE excluded.id END,
    created_at = CASE WHEN devices.user_id = excluded.user_id THEN devices.created_at
                      ELSE excluded.created_at END
  RETURNING *)"};

constexpr Query kDropOld{"device.drop_old", R"(
  DELETE FROM devices WHERE id IN (
    SELECT id FROM devices WHERE user_id = $1 ORDER BY id DESC OFFSET $2))"};

constexpr Query kDevices{"device.of_user",
                         "SELECT * FROM devices WHERE user_id = $1 ORDER BY id DESC"};

constexpr Query kRemoveDevice{"device.remove",
                              "DELETE FROM devices WHERE user_id = $1 AND id = $2"};

constexpr Query kForgetDevice{"device.forget", "DELETE FROM devices WHERE id = $1"};

// DO UPDATE, so that the row comes back whoever wrote it.
constexpr Query kVapidKey{"vapid_key.get_or_save", R"(
  INSERT INTO vapid_keys (sealed_key, created_at) VALUES ($1, $2)
  ON CONFLICT ON CONSTRAINT vapid_keys_one DO UPDATE SET created_at = vapid_keys.created_at
  RETURNING sealed_key)"};

constexpr Query kReplaceVapidKey{"vapid_key.replace",
                                 "UPDATE vapid_keys SET sealed_key = $1, created_at = $2"};

constexpr Query kForgetBrowsers{"device.forget_browsers",
                                "DELETE FROM devices WHERE platform = 'web'"};

Device read_device(const database::Row& row) {
  return {.id = row.get<DeviceId>("id"),
          .user = row.get<UserId>("user_id"),
          .platform = row.get<std::string>("platform") == "web" ? Platform::web : Platform::fcm,
          .address = row.get<std::string>("address"),
          .p256dh = row.get<std::optional<database::Bytes>>("p256dh").value_or(database::Bytes{}),
          .auth = row.get<std::optional<database::Bytes>>("auth").value_or(database::Bytes{}),
          .name = row.get<std::string>("name"),
          .created_at = row.get<Time>("created_at")};
}

std::optional<database::Bytes> key_or_null(const database::Bytes& bytes) {
  return bytes.empty() ? std::nullopt : std::optional{bytes};
}

}  // namespace

Task<Device> save_device(database::Transaction& tx, const Device& device) {
  co_return read_device(co_await tx.query_one(
      kSaveDevice, device.id, device.user, std::string{name(device.platform)}, device.address,
      key_or_null(device.p256dh), key_or_null(device.auth), device.name, device.created_at));
}

void drop_old_devices(database::Transaction& tx, UserId user, int most) {
  tx.queue(kDropOld, user, most);
}

Task<std::vector<Device>> devices(database::Database& database, database::Scope scope,
                                  UserId user) {
  std::vector<Device> found;
  for (const auto& row : co_await database.query(scope, kDevices, user)) {
    found.push_back(read_device(row));
  }
  co_return found;
}

Task<bool> remove_device(database::Database& database, database::Scope scope, UserId user,
                         DeviceId id) {
  const auto rows = co_await database.query(scope, kRemoveDevice, user, id);
  co_return rows.affected() > 0;
}

Task<> forget_device(database::Database& database, database::Scope scope, DeviceId id) {
  co_await database.query(scope, kForgetDevice, id);
}

Task<database::Bytes> vapid_key(database::Transaction& tx, const database::Bytes& sealed,
                                Time now) {
  const auto row = co_await tx.query_one(kVapidKey, sealed, now);
  co_return row.get<database::Bytes>("sealed_key");
}

void replace_vapid_key(database::Transaction& tx, const database::Bytes& sealed, Time now) {
  tx.queue(kReplaceVapidKey, sealed, now);
  tx.queue(kForgetBrowsers);
}

}  // namespace souk::notification::repository
