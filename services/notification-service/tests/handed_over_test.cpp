#include "sender_fixture.hpp"

/// Mails that the sender was handed by those who queued them.
namespace souk::notification {
namespace {

class HandedOverTest : public SenderTest {
 protected:
  /// As after an event.
  void hand_over(int count) {
    const auto lease_until = sender_.lease();
    ASSERT_TRUE(lease_until);
    const NewMessage about{EventId{ids_.next()}, kUser, "welcome", {}};
    std::vector<NewMessage> messages(static_cast<std::size_t>(count), about);
    std::vector<ChannelMessage> mails;
    std::vector<MessageId> ids;
    for (auto& message : messages) {
      message.event = EventId{ids_.next()};
      mails.push_back({&message, Channel::email, true});
      ids.emplace_back(ids_.next());
    }
    auto queued = run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) {
      return repository::queue(tx, mails, ids, clock_.now(), lease_until);
    }));
    EXPECT_FALSE(queued.due);
    sender_.take(std::move(queued.leased), *lease_until);
  }
};

TEST_F(HandedOverTest, WhatItIsHandedIsSentWithoutALook) {
  know_the_user();
  hand_over(2);
  run(sender_.send_taken());
  ASSERT_EQ(provider_.sent.size(), 2U);
  EXPECT_EQ(provider_.sent[0].recipient, "zoe@example.com");
  EXPECT_EQ(provider_.sent[0].recipient_name, "Zoë");
  for (const auto& message : messages()) {
    EXPECT_EQ(message.status, "sent");
    EXPECT_EQ(message.attempts, 1);
  }
}

TEST_F(HandedOverTest, WhatADeadSenderWasHandedIsSentAfterItsLease) {
  know_the_user();
  hand_over(1);
  Sender next{context(), database, templates_, provider_, links_};
  run(next.send_due());
  EXPECT_TRUE(provider_.sent.empty()) << "it is leased";
  clock_.advance(std::chrono::minutes{1});
  run(next.send_due());
  EXPECT_EQ(provider_.sent.size(), 1U);
  run(sender_.send_taken());
  EXPECT_EQ(provider_.sent.size(), 1U) << "its lease is over";
}

TEST_F(HandedOverTest, WhatWasHandedAndNotBegunIsGivenBackAtTheStop) {
  know_the_user();
  hand_over(1);
  run(sender_.stop());
  EXPECT_FALSE(sender_.lease());
  EXPECT_EQ(messages().at(0).attempts, 0);
  Sender next{context(), database, templates_, provider_, links_};
  run(next.send_due());
  EXPECT_EQ(provider_.sent.size(), 1U);
}

TEST_F(HandedOverTest, ItTakesNoMoreThanItCanSendSoon) {
  know_the_user();
  hand_over(200);
  EXPECT_FALSE(sender_.lease());
  run(sender_.send_taken());
  EXPECT_TRUE(sender_.lease());
}

}  // namespace
}  // namespace souk::notification
