#pragma once

#include <gtest/gtest.h>

#include "internal/models/channels.hpp"
#include "internal/providers/push_provider.hpp"
#include "internal/repository/channel_repository.hpp"
#include "internal/repository/device_repository.hpp"
#include "internal/repository/message_repository.hpp"
#include "internal/service/channel_job.hpp"
#include "internal/service/devices.hpp"
#include "internal/service/inbox.hpp"
#include "internal/service/message_history.hpp"
#include "internal/service/preferences.hpp"
#include "internal/service/push_sender.hpp"
#include "internal/service/sms_sender.hpp"
#include "internal/service/unsubscribing.hpp"
#include "internal/service/vapid_keys.hpp"
#include "runtime/process.hpp"
#include "security/base64url.hpp"
#include "testing/test_database.hpp"

std::span<const souk::EmbeddedFile> souk_notification_service_migrations();
std::span<const souk::EmbeddedFile> souk_notification_short_texts();
std::span<const souk::EmbeddedFile> souk_notification_templates();

namespace souk::notification {

class FakeSms final : public SmsProvider {
 public:
  Task<SmsOutcome> send(const Sms& sms, std::chrono::steady_clock::time_point) override {
    if (failure) throw *std::exchange(failure, std::nullopt);
    sent.push_back(sms);
    co_return std::exchange(outcome, SmsOutcome::accepted);
  }
  std::vector<Sms> sent;
  SmsOutcome outcome = SmsOutcome::accepted;
  std::optional<Error> failure;
};

/// Knows devices by their addresses: "gone…" and "down…" are.
class FakePush final : public PushProvider {
 public:
  Task<Reach> send(const Device& device, const Notice& notice,
                   std::chrono::steady_clock::time_point) override {
    if (device.address.contains("gone")) co_return Reach::gone;
    if (device.address.contains("down") && !up) throw unavailable("not now");
    sent.push_back(device.address + ": " + notice.title);
    urls.push_back(notice.url);
    co_return Reach::delivered;
  }
  std::vector<std::string> sent;
  std::vector<std::string> urls;
  bool up = false;
};

class ChannelsTest : public souk::testing::DatabaseTest<souk_notification_service_migrations> {
 protected:
  ChannelsTest() {
    constexpr database::Query kClear[] = {{"test.clear_messages", "DELETE FROM messages"},
                                          {"test.clear_preferences", "DELETE FROM preferences"},
                                          {"test.clear_devices", "DELETE FROM devices"},
                                          {"test.clear_phones", "DELETE FROM phones"},
                                          {"test.clear_live_events", "DELETE FROM live_events"},
                                          {"test.clear_vapid_keys", "DELETE FROM vapid_keys"}};
    for (const auto& clear : kClear) run(database.query(souk::testing::scope(), clear));
  }

  runtime::ModuleContext context() {
    return {.name = "notification-service",
            .settings = settings_,
            .loop = loop.get_executor(),
            .http_loops = {},
            .clock = clock_,
            .random = random_,
            .ids = ids_,
            .log = log_,
            .metrics = metrics_,
            .wire = {clock_, random_, seal_, metrics_},
            .key = key_,
            .channel = {}};
  }

  rpc::Call call(UserId user) {
    auto made = rpc::Call::background("api-gateway", std::chrono::seconds{10}, random_);
    made.identity.user = user;
    made.identity.session = SessionId{ids_.next()};
    return made;
  }
  rpc::Call call() { return call(user_); }

  /// The effect of an event.
  void happens(const std::string& kind, EventId event, bool sms_on = true) {
    const std::vector<NewMessage> messages{{event,
                                            user_,
                                            kind,
                                            {{"number", "S-1"},
                                             {"total", "USD 9.00"},
                                             {"amount", "USD 9.00"},
                                             {"order_url", "https://shop/account/orders/1"}}}};
    run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) -> Task<> {
      const auto all = by_channel(messages, sms_on);
      std::vector<MessageId> ids;
      for (std::size_t i = 0; i < all.size(); ++i) ids.emplace_back(ids_.next());
      co_await repository::queue(tx, all, ids, clock_.now(), std::nullopt);
    }));
  }
  void happens(const std::string& kind) { happens(kind, EventId{ids_.next()}); }

  void has_phone(const std::string& phone) {
    run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) -> Task<> {
      repository::save_phone(tx, user_, phone);
      co_return;
    }));
  }
  void reads(const std::string& locale) {
    run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) -> Task<> {
      repository::save_contacts(tx, {{user_, "zoe@example.com", "Zoë", locale}});
      co_return;
    }));
  }
  Device has_device(const std::string& token) {
    return run(devices_.add(call(), {.platform = Platform::fcm,
                                     .endpoint = {},
                                     .p256dh = {},
                                     .auth = {},
                                     .token = token,
                                     .name = {}}));
  }
  void chooses(const std::string& kind, const std::string& channel, bool enabled) {
    run(preferences_.change(call(), {{kind, channel, enabled}}));
  }

  /// "email sms …", in the order of the channels.
  std::string channels() {
    std::string text;
    for (const auto channel : kChannels) {
      for (const auto& message : all()) {
        if (message.channel == name(channel)) text += (text.empty() ? "" : " ") + message.channel;
      }
    }
    return text;
  }
  std::vector<SentMessage> all() {
    return run(repository::list(database, souk::testing::scope(), {}, std::nullopt, 100));
  }
  SentMessage only(Channel channel) {
    for (auto& message : all()) {
      if (message.channel == name(channel)) return message;
    }
    throw std::logic_error{"no such message"};
  }
  std::string error_of(const std::function<void()>& attempt) {
    try {
      attempt();
    } catch (const Error& error) {
      return error.code;
    }
    return "fine";
  }

  config::Settings settings_{{}};
  ManualClock clock_{SystemClock{}.now()};
  SystemRandom random_;
  IdGenerator ids_{clock_, random_};
  Log log_{"test", Log::Level::off};
  Metrics metrics_;
  runtime::InternalKey key_{};
  IdentitySeal seal_{key_};
  const UserId user_{ids_.next()};
  ShortTexts texts_{souk_notification_short_texts()};
  FakeSms sms_;
  FakePush push_;
  SmsSender sms_sender_{database, texts_, sms_};
  PushSender push_sender_{database, texts_, {{Platform::fcm, &push_}}, "https://shop", log_};
  ChannelJob sms_job_{context(), database, sms_sender_, 100};
  ChannelJob push_job_{context(), database, push_sender_, 100};
  PreferenceBook preferences_{context(), database};
  Inbox inbox_{context(), database, texts_};
  Devices devices_{context(), database, false};
  MessageHistory history_{database, key_, clock_};
  UnsubscribeLinks links_{key_, "https://shop.example/"};
  TemplateSet templates_{souk_notification_templates()};
  Unsubscribing unsubscribing_{context(), database, templates_, links_};
};

}  // namespace souk::notification
