#pragma once

#include <string>

#include "internal/models/channels.hpp"
#include "runtime/call.hpp"

namespace souk::notification {

/// What was sent, as the message's record shows it.
struct Sent {
  std::string recipient;
  std::string subject;
};

/// Puts a message into the words of one channel and hands it over. Throws Error{unavailable or
/// deadline_exceeded} for what may work later, Error{rate_limited} where the provider takes no more at the
/// moment, any other for what never will. Owned by the module, on its loop.
class ChannelSender {
 public:
  virtual ~ChannelSender() = default;
  virtual Channel channel() const = 0;
  virtual Task<Sent> send(const ChannelDue& message, database::Scope scope) = 0;
};

}  // namespace souk::notification
