#pragma once

#include <string>

#include "http/client.hpp"
#include "internal/providers/sms_provider.hpp"

namespace souk::notification {

/// Twilio's Programmable Messaging API, version 2010-04-01. Owned by the module, on its loop.
class Twilio final : public SmsProvider {
 public:
  struct Settings {
    std::string base_url, account, token;
    std::string from;  ///< a number, a sender's name, or a messaging service (MG…)
  };

  Twilio(boost::asio::io_context& loop, Settings settings);

  Task<SmsOutcome> send(const Sms& sms, std::chrono::steady_clock::time_point deadline) override;

 private:
  Settings settings_;
  http::Client client_;
};

}  // namespace souk::notification
