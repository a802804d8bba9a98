#pragma once

#include "internal/models/mail.hpp"
#include "runtime/task.hpp"

namespace souk::notification {

/// Takes a mail to where it is read. Sending the same id twice must show one message where the channel
/// allows it. Throws Error{unavailable} for what may work later, any other Error for what never will.
class MailProvider {
 public:
  virtual ~MailProvider() = default;
  virtual Task<> send(const Mail& mail) = 0;
};

}  // namespace souk::notification
