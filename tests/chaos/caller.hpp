#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "record.hpp"
#include "support/api_client.hpp"

namespace souk::chaos {

/// Somebody with an account who calls the public API, and has every call recorded. Knows all gateways,
/// and moves on to the next one where the last did not answer. Blocking; one thread.
class Caller {
 public:
  /// What a call sends.
  using Send = std::function<testing::ApiReply(testing::ApiClient&)>;

  /// `gateways`: base URLs, at least one. `patience`: for one answer.
  Caller(std::string name, std::vector<std::string> gateways, Recorder& recorder,
         std::chrono::milliseconds patience);

  /// Opens an account; insists until there is one or the time is over, then throws std::runtime_error.
  void register_account(std::chrono::steady_clock::time_point until);
  /// Becomes the administrator of the demo shop, likewise.
  void log_in_as_admin(std::chrono::steady_clock::time_point until);

  /// One call, recorded; what came of it. A connection that was refused, so that nothing was sent, is
  /// no call yet: the next gateway is asked.
  Call attempt(const Call& intent, const Send& send);

  /// Again and again with a short pause, until the outcome is known or the time is over.
  Call insist(const Call& intent, const Send& send, std::chrono::steady_clock::time_point until);

  const std::string& name() const { return name_; }
  Recorder& recorder() { return recorder_; }

 private:
  testing::ApiReply send_to_any(const Send& send);
  void renew_session();
  void log_in_again();

  std::string name_;
  std::deque<testing::ApiClient> gateways_;
  std::size_t at_ = 0;  // the gateway that is asked first
  Recorder& recorder_;
  std::string email_;
  std::string password_;
};

/// What a reply means for the call: outcome, status, code and told_*.
void read_reply(const testing::ApiReply& reply, Call& call);

}  // namespace souk::chaos
