#include "internal/service/devices.hpp"

#include <algorithm>

#include "internal/providers/p256.hpp"
#include "internal/providers/web_push.hpp"
#include "internal/repository/device_repository.hpp"
#include "security/base64url.hpp"

namespace souk::notification {
namespace {

constexpr std::size_t kAuthSecretBytes = 16;

std::vector<std::uint8_t> key_bytes(const std::string& field, const std::string& text) {
  auto unpadded = text;
  while (unpadded.ends_with('=')) unpadded.pop_back();
  const auto bytes = security::base64url::decode(unpadded);
  if (!bytes) throw invalid_field(field, "invalid_format", "Must be base64url.");
  return {bytes->begin(), bytes->end()};
}

std::vector<std::uint8_t> point_bytes(const std::string& text) {
  auto bytes = key_bytes("keys.p256dh", text);
  // Any key pair can tell whether this is a point of the curve.
  static constexpr std::array<std::uint8_t, 32> kAnyKey{1};
  const auto pair = P256KeyPair::from_private(kAnyKey);
  if (!pair->agree({reinterpret_cast<const char*>(bytes.data()), bytes.size()})) {
    throw invalid_field("keys.p256dh", "invalid_format", "Must be a point of P-256, uncompressed.");
  }
  return bytes;
}

std::vector<std::uint8_t> auth_bytes(const std::string& text) {
  auto bytes = key_bytes("keys.auth", text);
  if (bytes.size() != kAuthSecretBytes) {
    throw invalid_field("keys.auth", "invalid_format", "Must be 16 bytes.");
  }
  return bytes;
}

}  // namespace

Device Devices::checked(const Registration& registration) const {
  Device device{.platform = registration.platform, .name = registration.name};
  if (registration.platform == Platform::fcm) {
    const auto& token = registration.token;
    if (token.empty()) throw invalid_field("token", "required", "is required");
    const bool visible = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
    if (!visible) throw invalid_field("token", "invalid_format", "Must be a registration token.");
    device.address = token;
    return device;
  }
  if (registration.endpoint.empty()) throw invalid_field("endpoint", "required", "is required");
  parse_push_endpoint(registration.endpoint, private_too_);
  device.address = registration.endpoint;
  if (registration.p256dh.empty()) throw invalid_field("keys", "required", "is required");
  device.p256dh = point_bytes(registration.p256dh);
  device.auth = auth_bytes(registration.auth);
  return device;
}

Task<Device> Devices::add(const rpc::Call& call, Registration registration) {
  auto device = checked(registration);
  device.id = DeviceId{ids_.next()};
  device.user = call.identity.require_user();
  device.created_at = clock_.now();
  co_return co_await database_.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<Device> {
        auto saved = co_await repository::save_device(tx, device);
        repository::drop_old_devices(tx, device.user, kMaxDevices);
        co_return saved;
      });
}

Task<std::vector<Device>> Devices::list(const rpc::Call& call) {
  co_return co_await repository::devices(database_, call.scope(), call.identity.require_user());
}

Task<> Devices::remove(const rpc::Call& call, DeviceId id) {
  const bool removed =
      co_await repository::remove_device(database_, call.scope(), call.identity.require_user(), id);
  if (!removed) throw not_found("device");
}

}  // namespace souk::notification
