#pragma once

#include <memory>

#include "internal/models/short_texts.hpp"
#include "internal/providers/fcm.hpp"
#include "internal/providers/sms_provider.hpp"
#include "internal/providers/web_push.hpp"
#include "internal/service/channel_job.hpp"
#include "internal/service/push_sender.hpp"
#include "internal/service/sms_sender.hpp"
#include "internal/service/vapid_keys.hpp"

namespace souk::notification {

/// SMS and push, as the settings want them: providers, senders, jobs. Owned by the module, on its loop.
class ChannelsBesideMail {
 public:
  /// `shop_url`: where a push message leads. Throws Error{validation, "invalid_setting"} for settings that do not go together.
  ChannelsBesideMail(const runtime::ModuleContext& context, database::Database& database,
                     const ShortTexts& texts, std::string shop_url);

  /// Reads the push key, then begins to send.
  Task<> start();
  void wake();
  Task<> stop();

  bool sms_on() const { return sms_job_ != nullptr; }
  bool private_endpoints() const { return private_endpoints_; }
  /// base64url, as browsers take it. Throws Error{unavailable} before start().
  std::string push_key() const;

 private:
  /// Live events that nobody can ask for any more.
  Task<> forget_live_events();

  runtime::ModuleContext context_;
  database::Database& database_;
  bool private_endpoints_;
  VapidKeys keys_;
  WebPush web_push_;
  std::unique_ptr<Fcm> fcm_;               // null without FCM_SERVICE_ACCOUNT
  std::unique_ptr<SmsProvider> sms_;       // null with SMS_PROVIDER=none
  std::unique_ptr<SmsSender> sms_sender_;  // as sms_
  std::unique_ptr<ChannelJob> sms_job_;    // as sms_
  PushSender push_sender_;
  ChannelJob push_job_;
  runtime::Job forgetting_;
};

}  // namespace souk::notification
