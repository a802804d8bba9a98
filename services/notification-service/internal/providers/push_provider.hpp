#pragma once

#include <chrono>

#include "internal/models/push.hpp"
#include "runtime/task.hpp"

namespace souk::notification {

enum class Reach {
  delivered,
  gone,  ///< nobody is there any more: the device is to be forgotten
};

/// Takes a notice to a device, or to the service that keeps it for the device. Throws Error{unavailable or
/// deadline_exceeded} for what may work later (with retry_after where the service says when),
/// Error{rate_limited} where it is too much at the moment, any other for what never will.
class PushProvider {
 public:
  virtual ~PushProvider() = default;
  virtual Task<Reach> send(const Device& device, const Notice& notice,
                           std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace souk::notification
