#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/models/push.hpp"
#include "runtime/module.hpp"

namespace souk::notification {

/// A device as its owner registers it; which fields count depends on the platform.
struct Registration {
  Platform platform = Platform::web;
  std::string endpoint, p256dh, auth;  ///< web; the keys in base64url
  std::string token;                   ///< fcm
  std::string name;
};

/// Where users' push messages go. Owned by the module, on its loop.
class Devices {
 public:
  /// `private_too`: endpoints need not be public.
  Devices(const runtime::ModuleContext& context, database::Database& database, bool private_too)
      : clock_(context.clock), ids_(context.ids), database_(database), private_too_(private_too) {}

  /// Registering again changes nothing but name and keys. Of more than kMaxDevices the oldest go. Throws
  /// Error{validation} that names what is wrong.
  Task<Device> add(const rpc::Call& call, Registration registration);
  Task<std::vector<Device>> list(const rpc::Call& call);
  /// Error{not_found} for a device that is not the caller's.
  Task<> remove(const rpc::Call& call, DeviceId id);

 private:
  Device checked(const Registration& registration) const;

  const Clock& clock_;
  IdGenerator& ids_;
  database::Database& database_;
  bool private_too_;
};

}  // namespace souk::notification
