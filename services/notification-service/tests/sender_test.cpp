#include <filesystem>
#include <fstream>

#include "internal/providers/mail_folder.hpp"
#include "internal/repository/bounce_repository.hpp"
#include "internal/service/event_consumer.hpp"
#include "sender_fixture.hpp"

namespace souk::notification {
namespace {

TEST_F(SenderTest, AnEventGivesOneMessageHoweverOftenItIsQueued) {
  know_the_user();
  const EventId event{ids_.next()};
  queue_one(event);
  queue_one(event);
  run(sender_.send_due());
  run(sender_.send_due());
  ASSERT_EQ(provider_.sent.size(), 1U);
  EXPECT_EQ(provider_.sent[0].recipient, "zoe@example.com");
  ASSERT_EQ(messages().size(), 1U);
  EXPECT_EQ(messages()[0].status, "sent");
  EXPECT_EQ(messages()[0].subject, "Welcome to Souk");
}

TEST_F(SenderTest, WhatFailsIsTriedAgainLater) {
  know_the_user();
  provider_.failures = 1;
  queue_one(EventId{ids_.next()});
  run(sender_.send_due());
  EXPECT_EQ(messages()[0].status, "queued");
  run(sender_.send_due());
  EXPECT_TRUE(provider_.sent.empty()) << "tried again without a pause";
  clock_.advance(std::chrono::minutes{2});
  run(sender_.send_due());
  EXPECT_EQ(provider_.sent.size(), 1U);
  EXPECT_EQ(messages()[0].attempts, 2);
}

TEST_F(SenderTest, WhatFailsAlwaysEndsAsFailed) {
  know_the_user();
  provider_.failures = 1000;
  queue_one(EventId{ids_.next()});
  for (int i = 0; i < kMaxAttempts; ++i) {
    run(sender_.send_due());
    clock_.advance(std::chrono::hours{2});
  }
  EXPECT_EQ(messages()[0].status, "failed");
  EXPECT_EQ(messages()[0].attempts, kMaxAttempts);
}

TEST_F(SenderTest, WhatWasNotTriedLosesNoAttempt) {
  know_the_user();
  provider_.failures = 100;
  provider_.failure = {Kind::rate_limited, "mail_not_tried", "The mail server is away."};
  queue_one(EventId{ids_.next()});
  for (int i = 0; i < 50; ++i) {
    run(sender_.send_due());
    clock_.advance(std::chrono::minutes{1});
  }
  EXPECT_EQ(messages()[0].status, "queued");
  EXPECT_EQ(messages()[0].attempts, 0);
  provider_.failures = 0;
  run(sender_.send_due());
  EXPECT_EQ(messages()[0].status, "sent");
}

TEST_F(SenderTest, ABouncedAddressIsNotWrittenToAgain) {
  know_the_user();
  provider_.failures = 1;
  provider_.failure = {Kind::not_found, "no_such_address", "550 5.1.1 No such mailbox"};
  queue_one(EventId{ids_.next()});
  run(sender_.send_due());
  EXPECT_EQ(messages()[0].status, "failed");
  queue_one(EventId{ids_.next()});
  run(sender_.send_due());
  EXPECT_TRUE(provider_.sent.empty());
  EXPECT_EQ(messages()[0].status, "failed");
  const auto bounces = run(repository::bounces(database, souk::testing::scope(), 10));
  ASSERT_EQ(bounces.size(), 1U);
  EXPECT_EQ(bounces[0].reason, "550 5.1.1 No such mailbox");
  EXPECT_TRUE(run(repository::forget_bounce(database, souk::testing::scope(), "zoe@example.com")));
  queue_one(EventId{ids_.next()});
  run(sender_.send_due());
  EXPECT_EQ(provider_.sent.size(), 1U);
}

TEST_F(SenderTest, ALinkGoesWhereTheEventSaysAndLeavesTheDatabase) {
  know_the_user();
  queue_link("email_change", "new@example.com");
  EXPECT_EQ(secrets(), 1);
  run(sender_.send_due());
  ASSERT_EQ(provider_.sent.size(), 1U);
  EXPECT_EQ(provider_.sent[0].recipient, "new@example.com");
  EXPECT_EQ(provider_.sent[0].recipient_name, "Zoë");
  EXPECT_NE(provider_.sent[0].text.find("#token=geheim"), std::string::npos);
  provider_.failures = 1;
  provider_.failure = {Kind::conflict, "mail_refused", "554"};
  queue_link("email_change");
  run(sender_.send_due());
  EXPECT_EQ(messages()[0].status, "failed");
  EXPECT_EQ(secrets(), 0);
}

TEST_F(SenderTest, AMailWhoseLinkIsGoneIsNotSentAgain) {
  know_the_user();
  provider_.failures = 3;
  provider_.failure = {Kind::conflict, "mail_refused", "554"};
  for (const auto* kind : {"password_reset", "verify_email"}) {
    queue_link(kind);
    run(sender_.send_due());
    ASSERT_EQ(messages()[0].status, "failed");
    EXPECT_EQ(refused_retry(messages()[0].id), "message_without_link") << kind;
    EXPECT_EQ(messages()[0].status, "failed");
  }
  queue_link("welcome");  // there is more in it than its link
  run(sender_.send_due());
  EXPECT_EQ(refused_retry(messages()[0].id), "");
  run(sender_.send_due());
  ASSERT_EQ(provider_.sent.size(), 1U);
  EXPECT_EQ(provider_.sent[0].text.find("geheim"), std::string::npos);
  EXPECT_EQ(refused_retry(messages()[0].id), "message_not_failed");
}

TEST_F(SenderTest, NobodyIsSentALinkThatIsOver) {
  know_the_user();
  queue_link("password_reset");
  clock_.advance(std::chrono::minutes{31});
  run(sender_.send_due());
  EXPECT_TRUE(provider_.sent.empty());
  EXPECT_EQ(messages()[0].status, "failed");
  EXPECT_EQ(secrets(), 0);
  queue_link("welcome");
  clock_.advance(std::chrono::minutes{31});
  run(sender_.send_due());
  ASSERT_EQ(provider_.sent.size(), 1U);
  EXPECT_EQ(provider_.sent[0].text.find("geheim"), std::string::npos);
  queue_link("password_reset");
  run(sender_.send_due());
  EXPECT_EQ(provider_.sent.size(), 2U);
}

TEST_F(SenderTest, WhatCanBeEndedSaysHowInItsHeadAndInItsBody) {
  know_the_user();
  queue_one(EventId{ids_.next()});
  queue({EventId{ids_.next()}, kUser, "order_confirmation", {{"number", "S-1"}}});
  run(sender_.send_due());
  ASSERT_EQ(provider_.sent.size(), 2U);
  const auto& url = provider_.sent[0].unsubscribe_url;
  ASSERT_TRUE(url.starts_with("https://shop.example/api/v1/notifications/unsubscribe?token="));
  EXPECT_NE(provider_.sent[0].text.find(url), std::string::npos);
  EXPECT_NE(provider_.sent[0].html.find(url), std::string::npos);
  EXPECT_EQ(provider_.sent[1].unsubscribe_url, "");
  EXPECT_EQ(provider_.sent[1].html.find("unsubscribe"), std::string::npos);
}

TEST_F(SenderTest, AMailSpeaksItsReadersLanguage) {
  run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) -> Task<> {
    repository::save_contacts(tx, {{kUser, "zoe@example.com", "Zoë", "de-CH"}});
    co_return;
  }));
  queue_one(EventId{ids_.next()});
  run(sender_.send_due());
  EXPECT_EQ(messages()[0].subject, "Willkommen bei Souk");
}

TEST_F(SenderTest, AMessageWaitsForItsContact) {
  queue_one(EventId{ids_.next()});
  run(sender_.send_due());
  EXPECT_TRUE(provider_.sent.empty());
  know_the_user();
  clock_.advance(std::chrono::minutes{2});
  run(sender_.send_due());
  EXPECT_EQ(provider_.sent.size(), 1U);
}

TEST_F(SenderTest, ASenderThatDiedGivesItsMessagesBack) {
  know_the_user();
  queue_one(EventId{ids_.next()});
  const auto now = clock_.now();
  run(repository::lease_due(database, souk::testing::scope(kEveryTenant), 10, now,
                            now + std::chrono::minutes{1}));
  run(sender_.send_due());
  EXPECT_TRUE(provider_.sent.empty());
  clock_.advance(std::chrono::minutes{2});
  run(sender_.send_due());
  EXPECT_EQ(provider_.sent.size(), 1U);
}

TEST_F(SenderTest, ASlowSenderLeavesTheRestBeforeItsLeaseEnds) {
  know_the_user();
  for (int i = 0; i < 3; ++i) queue_one(EventId{ids_.next()});
  provider_.on_send = [this] { clock_.advance(std::chrono::seconds{11}); };
  run(sender_.send_due());
  EXPECT_EQ(provider_.sent.size(), 1U) << "another replica may have the others by now";
  clock_.advance(std::chrono::minutes{1});
  provider_.on_send = {};
  run(sender_.send_due());
  EXPECT_EQ(provider_.sent.size(), 3U);
}

TEST_F(SenderTest, AStopWaitsForTheBatchInHandOnly) {
  know_the_user();
  for (int i = 0; i < 60; ++i) queue_one(EventId{ids_.next()});
  bool stopped = false;
  provider_.on_send = [&] {
    boost::asio::co_spawn(loop, sender_.stop(), [&](const std::exception_ptr&) { stopped = true; });
    provider_.on_send = {};
  };
  sender_.start();
  loop.restart();
  while (!stopped) loop.run_one();
  EXPECT_EQ(provider_.sent.size(), 50U);
  Sender next{context(), database, templates_, provider_, links_};
  clock_.advance(std::chrono::minutes{2});
  run(next.send_due());
  EXPECT_EQ(provider_.sent.size(), 60U);
}

TEST_F(SenderTest, TheMailFolderHoldsOneFilePerMessage) {
  const auto folder = std::filesystem::temp_directory_path() / ("souk-mail-" + ids_.next().str());
  MailFolder provider{folder, {}, clock_};
  const Mail mail{.id = "m1",
                  .recipient = "a@b.c",
                  .recipient_name = "A",
                  .subject = "S",
                  .text = "t",
                  .html = "h"};
  run(provider.send(mail));
  run(provider.send(mail));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    ++files;
    EXPECT_EQ(entry.path().filename(), "m1.eml");
  }
  EXPECT_EQ(files, 1U);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace souk::notification
