#pragma once

#include <chrono>
#include <string>

#include "runtime/task.hpp"

namespace souk::notification {

struct Sms {
  std::string id;  ///< of the message
  std::string to;  ///< E.164
  std::string text;
};

enum class SmsOutcome {
  accepted,
  unsubscribed,    ///< its owner wants none from us
  invalid_number,  ///< no SMS can ever reach it
};

/// Hands an SMS to whoever sends it. Throws Error{unavailable} for what has not been sent and may be later,
/// Error{rate_limited} where it is too much at the moment, any other for what never will, or may have been
/// sent: a second one costs money and makes people wonder.
class SmsProvider {
 public:
  virtual ~SmsProvider() = default;
  virtual Task<SmsOutcome> send(const Sms& sms, std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace souk::notification
