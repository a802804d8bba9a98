#pragma once

#include <gtest/gtest.h>

#include "internal/repository/message_repository.hpp"
#include "internal/service/message_history.hpp"
#include "internal/service/sender.hpp"
#include "runtime/process.hpp"
#include "testing/test_database.hpp"

std::span<const souk::EmbeddedFile> souk_notification_service_migrations();
std::span<const souk::EmbeddedFile> souk_notification_templates();

namespace souk::notification {

inline const UserId kUser{Uuid{{7}}};

/// Notes what it was given; fails as often as it is told to.
class FakeProvider final : public MailProvider {
 public:
  Task<> send(const Mail& mail) override {
    if (on_send) on_send();
    if (failures > 0) {
      --failures;
      throw failure;
    }
    sent.push_back(mail);
    if (on_send) on_send();
    co_return;
  }
  std::chrono::seconds time_limit() const override { return std::chrono::seconds{9}; }
  int failures = 0;
  Error failure = unavailable("not now");
  std::function<void()> on_send;
  std::vector<Mail> sent;
};

class SenderTest : public souk::testing::DatabaseTest<souk_notification_service_migrations> {
 protected:
  SenderTest() {
    run(database.query(souk::testing::scope(),
                       database::Query{"test.clear", "DELETE FROM messages"}));
    run(database.query(souk::testing::scope(),
                       database::Query{"test.clear_bounces", "DELETE FROM bounced_addresses"}));
    run(database.query(souk::testing::scope(),
                       database::Query{"test.clear_contacts", "DELETE FROM contacts"}));
  }

  void queue(NewMessage message) {
    run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) -> Task<> {
      co_await repository::queue(tx, {{&message, Channel::email, true}}, {MessageId{ids_.next()}},
                                 clock_.now(), std::nullopt);
    }));
  }
  void queue_one(EventId event) { queue({event, kUser, "welcome", {}}); }
  void queue_link(const std::string& kind, const std::string& recipient = "") {
    const auto until = clock_.now() + std::chrono::minutes{30};
    queue({EventId{ids_.next()},
           kUser,
           kind,
           {{kSecretLink, "https://shop/#token=geheim"},
            {kSecretUntil,
             std::chrono::floor<std::chrono::milliseconds>(until.time_since_epoch()).count()}},
           recipient});
  }
  std::int64_t secrets() {
    const auto rows = run(database.query(
        souk::testing::scope(),
        database::Query{"test.secrets",
                        "SELECT count(*) AS rows FROM messages WHERE data::text LIKE '%geheim%'"}));
    return rows.front().get<std::int64_t>("rows");
  }
  std::string refused_retry(MessageId id) {
    try {
      run(history_.retry(rpc::Call::background("test", std::chrono::seconds{10}, random_), id));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Kind::conflict);
      return error.code;
    }
    return "";
  }

  void know_the_user() {
    run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) -> Task<> {
      repository::save_contacts(tx, {{kUser, "zoe@example.com", "Zoë"}});
      co_return;
    }));
  }

  std::vector<SentMessage> messages() {
    return run(repository::list(database, souk::testing::scope(), {}, std::nullopt, 10));
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

  config::Settings settings_{{}};
  ManualClock clock_{SystemClock{}.now()};
  SystemRandom random_;
  IdGenerator ids_{clock_, random_};
  Log log_{"test", Log::Level::off};
  Metrics metrics_;
  runtime::InternalKey key_{};
  IdentitySeal seal_{key_};
  TemplateSet templates_{souk_notification_templates()};
  FakeProvider provider_;
  UnsubscribeLinks links_{key_, "https://shop.example"};
  Sender sender_{context(), database, templates_, provider_, links_};
  MessageHistory history_{database, key_, clock_};
};

}  // namespace souk::notification
