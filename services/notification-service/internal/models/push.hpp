#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/uuid.hpp"

namespace souk::notification {

using DeviceId = Id<struct DeviceTag>;

enum class Platform { web, fcm };

inline std::string_view name(Platform platform) {
  return platform == Platform::web ? "web" : "fcm";
}

/// Where a user's push messages go.
struct Device {
  DeviceId id;
  UserId user;
  Platform platform = Platform::web;
  std::string address;               ///< endpoint of the push service, or registration token
  std::vector<std::uint8_t> p256dh;  ///< web: the browser's public key, 65 bytes
  std::vector<std::uint8_t> auth;    ///< web: 16 bytes
  std::string name;
  Time created_at;
};

/// What a push message shows.
struct Notice {
  std::string id;    ///< of the message; one that comes twice takes the place of the first
  std::string kind;  ///< for the app, which knows what to open
  std::string title;
  std::string text;
  std::string url;
  /// How long the push service keeps it for a device that is off. News of a parcel is no news after a day.
  std::chrono::seconds ttl{std::chrono::hours{24}};
};

/// How many devices somebody may have; the oldest give way.
inline constexpr int kMaxDevices = 20;

}  // namespace souk::notification
