#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "http/client.hpp"
#include "internal/providers/sms_provider.hpp"

namespace souk::notification {

/// Any SMS gateway that takes a JSON body: {{to}}, {{text}}, {{from}} and {{id}} in the strings of a template
/// are filled in. A 2xx is acceptance. Owned by the module, on its loop.
class HttpSms final : public SmsProvider {
 public:
  struct Settings {
    std::string url, method, body_template, authorization, from;
  };

  /// Throws Error{validation, "invalid_setting"} for a template that is no JSON object with {{to}} and {{text}}.
  HttpSms(boost::asio::io_context& loop, Settings settings);

  Task<SmsOutcome> send(const Sms& sms, std::chrono::steady_clock::time_point deadline) override;

 private:
  Settings settings_;
  boost::json::value template_;
  http::Client client_;
};

}  // namespace souk::notification
