#include "channels_fixture.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

TEST_F(ChannelsTest, AnSmsSaysItInShort) {
  has_phone("+4915112345678");
  chooses("order_shipped", "sms", true);
  happens("order_shipped");
  run(sms_job_.send_due());
  ASSERT_EQ(sms_.sent.size(), 1U);
  EXPECT_EQ(sms_.sent[0].to, "+4915112345678");
  EXPECT_EQ(sms_.sent[0].text, "Your order S-1 has left our house.");
  EXPECT_EQ(only(Channel::sms).status, "sent");
  EXPECT_EQ(only(Channel::sms).recipient, "+4915112345678");
  run(sms_job_.send_due());
  EXPECT_EQ(sms_.sent.size(), 1U);
}

TEST_F(ChannelsTest, ANumberThatWantsNoneGetsNoMoreUntilItChanges) {
  has_phone("+4915112345678");
  chooses("order_shipped", "sms", true);
  sms_.outcome = SmsOutcome::unsubscribed;
  happens("order_shipped");
  run(sms_job_.send_due());
  EXPECT_EQ(only(Channel::sms).status, "failed");
  happens("order_shipped");
  run(sms_job_.send_due());
  EXPECT_EQ(sms_.sent.size(), 1U);
  has_phone("+4915187654321");
  happens("order_shipped");
  run(sms_job_.send_due());
  EXPECT_EQ(sms_.sent.size(), 2U);
  EXPECT_EQ(sms_.sent.back().to, "+4915187654321");
}

TEST_F(ChannelsTest, WhatFailsIsTriedAgainLaterAndAtLastGivenUp) {
  has_phone("+4915112345678");
  chooses("refund", "sms", true);
  happens("refund");
  const auto policy = retry_policy(Channel::sms);
  for (int i = 0; i < policy.max_attempts; ++i) {
    EXPECT_EQ(only(Channel::sms).status, "queued");
    sms_.failure = unavailable("down");
    run(sms_job_.send_due());
    run(sms_job_.send_due());  // not before its time
    EXPECT_EQ(only(Channel::sms).attempts, i + 1);
    clock_.advance(policy.pause(i) + 1s);
  }
  EXPECT_EQ(only(Channel::sms).status, "failed");
  EXPECT_EQ(only(Channel::sms).last_error, "down");
  EXPECT_TRUE(sms_.sent.empty());
}

TEST_F(ChannelsTest, StaffSendAFailedMessageAgain) {
  has_phone("+4915112345678");
  chooses("refund", "sms", true);
  happens("refund");
  sms_.failure = Error{Kind::validation, "provider_refused", "no credit"};
  run(sms_job_.send_due());
  const auto failed = only(Channel::sms);
  EXPECT_EQ(failed.status, "failed");
  EXPECT_EQ(run(history_.retry(call(), failed.id)).status, "queued");
  run(sms_job_.send_due());
  EXPECT_EQ(only(Channel::sms).status, "sent");
  EXPECT_EQ(error_of([&] { run(history_.retry(call(), failed.id)); }), "message_not_failed");
  EXPECT_EQ(error_of([&] { run(history_.retry(call(), MessageId{ids_.next()})); }), "not_found");
  EXPECT_EQ(sms_.sent.size(), 1U);
}

TEST_F(ChannelsTest, AProviderThatWantsRestGetsIt) {
  has_phone("+4915112345678");
  chooses("refund", "sms", true);
  happens("refund");
  Error busy{Kind::rate_limited, "provider_rate_limited", "busy"};
  busy.retry_after = 60s;
  sms_.failure = busy;
  run(sms_job_.send_due());
  EXPECT_EQ(only(Channel::sms).attempts, 0) << "to be told to wait is no attempt";
  clock_.advance(59s);
  happens("order_cancelled");
  run(sms_job_.send_due());
  EXPECT_TRUE(sms_.sent.empty());
  clock_.advance(2s);
  run(sms_job_.send_due());
  EXPECT_EQ(sms_.sent.size(), 1U);
}

TEST_F(ChannelsTest, AProviderGetsNoMoreASecondThanItTakes) {
  has_phone("+4915112345678");
  chooses("refund", "sms", true);
  for (int i = 0; i < 9; ++i) happens("refund");
  ChannelJob slow{context(), database, sms_sender_, 3};
  run(slow.send_due());
  EXPECT_EQ(sms_.sent.size(), 3U);
  clock_.advance(1s);
  run(slow.send_due());
  EXPECT_EQ(sms_.sent.size(), 6U);
  clock_.advance(10s);
  run(slow.send_due());
  EXPECT_EQ(sms_.sent.size(), 9U);
}

TEST_F(ChannelsTest, EachDeviceGetsAPushOnceThoughAnotherIsDown) {
  has_device("app-1");
  has_device("down-1");
  has_device("gone-1");
  happens("order_shipped");
  run(push_job_.send_due());
  EXPECT_EQ(push_.sent, std::vector<std::string>{"app-1: Order S-1 is on its way"});
  EXPECT_EQ(push_.urls, std::vector<std::string>{"https://shop/account/orders/1"});
  EXPECT_EQ(only(Channel::push).status, "queued");
  EXPECT_EQ(run(devices_.list(call())).size(), 2U) << "the one that is gone is forgotten";
  push_.up = true;
  clock_.advance(1min);
  run(push_job_.send_due());
  EXPECT_EQ(push_.sent.size(), 2U);
  EXPECT_EQ(push_.sent.back(), "down-1: Order S-1 is on its way");
  EXPECT_EQ(only(Channel::push).status, "sent");
  EXPECT_EQ(only(Channel::push).recipient, "2 devices");
}

TEST_F(ChannelsTest, SmsAndPushSpeakTheirReadersLanguage) {
  reads("de-AT");
  has_phone("+4915112345678");
  has_device("app-1");
  chooses("order_shipped", "sms", true);
  happens("order_shipped");
  run(sms_job_.send_due());
  run(push_job_.send_due());
  ASSERT_EQ(sms_.sent.size(), 1U);
  EXPECT_EQ(sms_.sent[0].text, "Ihre Bestellung S-1 hat unser Haus verlassen.");
  EXPECT_EQ(push_.sent, std::vector<std::string>{"app-1: Bestellung S-1 ist unterwegs"});
}

TEST_F(ChannelsTest, APushWithoutADeviceFails) {
  has_device("gone-1");
  happens("order_shipped");
  run(push_job_.send_due());
  EXPECT_EQ(only(Channel::push).status, "failed");
}

TEST_F(ChannelsTest, ADeviceIsOneHoweverOftenItIsRegistered) {
  const auto first = has_device("app-1");
  EXPECT_EQ(has_device("app-1").id, first.id);
  const auto other = run(devices_.add(call(UserId{ids_.next()}), {.platform = Platform::fcm,
                                                                  .endpoint = {},
                                                                  .p256dh = {},
                                                                  .auth = {},
                                                                  .token = "app-1",
                                                                  .name = {}}));
  EXPECT_NE(other.id, first.id);
  EXPECT_TRUE(run(devices_.list(call())).empty()) << "somebody else uses this device now";
  EXPECT_EQ(error_of([&] { run(devices_.remove(call(), other.id)); }), "not_found");
  for (int i = 0; i < kMaxDevices + 3; ++i) has_device(fmt::format("app-{}", i + 10));
  const auto kept = run(devices_.list(call()));
  ASSERT_EQ(kept.size(), static_cast<std::size_t>(kMaxDevices));
  EXPECT_EQ(kept.front().address, fmt::format("app-{}", kMaxDevices + 12));
  run(devices_.remove(call(), kept.front().id));
  EXPECT_EQ(run(devices_.list(call())).size(), static_cast<std::size_t>(kMaxDevices) - 1);
}

TEST_F(ChannelsTest, ABrowsersSubscriptionHasToBeWhole) {
  const auto point = security::base64url::encode(P256KeyPair::generate(random_).public_point());
  Registration good{.platform = Platform::web,
                    .endpoint = "https://push.example/a",
                    .p256dh = point,
                    .auth = "AAAAAAAAAAAAAAAAAAAAAA==",
                    .token = {},
                    .name = "Firefox"};
  EXPECT_EQ(run(devices_.add(call(), good)).name, "Firefox");
  for (const auto change :
       {+[](Registration& r) { r.endpoint = "http://push.example/a"; },
        +[](Registration& r) { r.endpoint = "https://127.0.0.1/a"; },
        +[](Registration& r) { r.endpoint.clear(); }, +[](Registration& r) { r.p256dh = "AAAA"; },
        +[](Registration& r) { r.p256dh.back() = r.p256dh.back() == 'A' ? 'E' : 'A'; },
        +[](Registration& r) { r.auth = "AAAA"; }, +[](Registration& r) { r.auth = "!"; }}) {
    auto bad = good;
    change(bad);
    EXPECT_EQ(error_of([&] { run(devices_.add(call(), bad)); }), "validation_failed");
  }
  EXPECT_EQ(run(devices_.list(call())).size(), 1U);
}

}  // namespace
}  // namespace souk::notification
