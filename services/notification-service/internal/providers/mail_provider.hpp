#pragma once

#include <chrono>

#include "internal/models/mail.hpp"
#include "runtime/task.hpp"

namespace souk::notification {

/// Takes a mail to where it is read. Sending the same id twice must show one message where the channel
/// allows it, and be no more than a second copy with the same Message-ID elsewhere. Owned by the
/// module, used on its loop.
class MailProvider {
 public:
  virtual ~MailProvider() = default;

  /// Throws
  /// - Error{rate_limited} where it was not tried: no connection, or its turn has not come; such a
  ///   message loses none of its attempts;
  /// - Error{unavailable} for what may work later, or what may have worked and nobody said so;
  /// - Error{"no_such_address"} where the address does not exist and is not to be written to again;
  /// - any other Error for what never will.
  virtual Task<> send(const Mail& mail) = 0;

  /// How long send() takes at most.
  virtual std::chrono::seconds time_limit() const = 0;

  /// From here on nothing new is begun; what has been handed over is waited for, for a moment.
  virtual void stop() {}
};

}  // namespace souk::notification
