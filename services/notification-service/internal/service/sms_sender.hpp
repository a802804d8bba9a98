#pragma once

#include "database/database.hpp"
#include "internal/models/short_texts.hpp"
#include "internal/providers/sms_provider.hpp"
#include "internal/service/channel_sender.hpp"

namespace souk::notification {

/// SMS to the profile's number. A number that its provider refuses for good gets no other.
class SmsSender final : public ChannelSender {
 public:
  SmsSender(database::Database& database, const ShortTexts& texts, SmsProvider& provider)
      : database_(database), texts_(texts), provider_(provider) {}

  Channel channel() const override { return Channel::sms; }
  Task<Sent> send(const ChannelDue& message, database::Scope scope) override;

 private:
  database::Database& database_;
  const ShortTexts& texts_;
  SmsProvider& provider_;
};

}  // namespace souk::notification
