#pragma once

#include <cstdint>

#include "core/uuid.hpp"

namespace souk::gateway {

/// The other replicas of the gateway, as the Authenticator needs them. Any thread.
class Neighbours {
 public:
  virtual ~Neighbours() = default;

  /// Tells them, as quick as may be, that a session has ended.
  virtual void tell_ended(const SessionId& session) = 0;

  /// Asks them what user-service says at this moment: its keys, and the sessions that ended after the
  /// one numbered `after`. Whoever reaches it answers to Authenticator::learn.
  virtual void ask(std::int64_t after) = 0;
};

}  // namespace souk::gateway
