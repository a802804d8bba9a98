#pragma once

#include <map>

#include "database/database.hpp"
#include "internal/models/short_texts.hpp"
#include "internal/providers/push_provider.hpp"
#include "internal/service/channel_sender.hpp"
#include "middleware/log.hpp"

namespace souk::notification {

/// Push messages to all devices of the user. Each gets it once: those that have it are noted, and only the
/// others are tried again. A device that is gone is forgotten.
class PushSender final : public ChannelSender {
 public:
  using Providers = std::map<Platform, PushProvider*>;

  PushSender(database::Database& database, const ShortTexts& texts, Providers providers,
             std::string shop_url, Log& log)
      : database_(database),
        texts_(texts),
        providers_(std::move(providers)),
        shop_url_(std::move(shop_url)),
        log_(log) {}

  Channel channel() const override { return Channel::push; }
  Task<Sent> send(const ChannelDue& message, database::Scope scope) override;

 private:
  /// What the devices said, one after the other.
  struct Round {
    int delivered = 0;
    std::optional<Error> later;  ///< of those that may get it yet
    std::optional<Error> never;
  };

  std::string address_of(const ChannelDue& message) const;
  Task<> send_to(const ChannelDue& message, const Device& device, const Notice& notice,
                 database::Scope scope, Round& round);
  Task<std::optional<Reach>> attempt(const Device& device, const Notice& notice,
                                     database::Scope scope, Round& round);

  database::Database& database_;
  const ShortTexts& texts_;
  Providers providers_;
  std::string shop_url_;
  Log& log_;
};

}  // namespace souk::notification
