#include "channels_fixture.hpp"

namespace souk::notification {
namespace {

using namespace std::chrono_literals;

TEST_F(ChannelsTest, QuietUnlessAskedFor) {
  happens("order_confirmation");
  EXPECT_EQ(channels(), "email inbox") << "neither a phone nor a device";
}

TEST_F(ChannelsTest, PhoneAndDevicesGetWhatTheirOwnerWants) {
  has_phone("+4915112345678");
  has_device("app-1");
  happens("order_shipped");
  EXPECT_EQ(channels(), "email push inbox");
  chooses("order_shipped", "sms", true);
  chooses("order_shipped", "push", false);
  happens("order_shipped");
  EXPECT_EQ(channels(), "email email sms push inbox inbox");
}

TEST_F(ChannelsTest, AnEventGivesOneMessageForEachUserAndChannel) {
  has_phone("+4915112345678");
  has_device("app-1");
  chooses("refund", "sms", true);
  const EventId event{ids_.next()};
  happens("refund", event);
  happens("refund", event);
  EXPECT_EQ(channels(), "email sms push inbox");
  EXPECT_EQ(run(inbox_.list(call(), false, "", 10)).items.size(), 1U);
}

TEST_F(ChannelsTest, StaffFilterWhatWasSentByChannelKindAndRecipient) {
  has_phone("+4915112345678");
  chooses("refund", "sms", true);
  happens("refund");
  happens("order_shipped");
  const auto found = [&](repository::MessageFilter filter) {
    return run(history_.list(call(), std::move(filter), "", 100)).items.size();
  };
  const auto everything = found({});
  EXPECT_GT(everything, 4U);
  EXPECT_EQ(found({.channel = "sms", .kind = "refund"}), 1U);
  EXPECT_LT(found({.kind = "refund"}), everything);
  EXPECT_EQ(found({.recipient = "%"}), 0U) << "a character like others";
  EXPECT_EQ(found({.recipient = "15112"}), 0U) << "nothing went there yet";
  run(sms_job_.send_due());
  EXPECT_EQ(found({.status = "sent", .recipient = "15112"}), 1U);
  const auto token = run(history_.list(call(), {.channel = "email"}, "", 1)).next_page_token;
  EXPECT_EQ(error_of([&] { run(history_.list(call(), {.channel = "sms"}, token, 1)); }),
            "invalid_page_token");
}

TEST_F(ChannelsTest, WithoutAProviderThereIsNoSms) {
  has_phone("+4915112345678");
  chooses("refund", "sms", true);
  happens("refund", EventId{ids_.next()}, false);
  EXPECT_EQ(channels(), "email inbox");
}

TEST_F(ChannelsTest, WhatIsForOneReaderOnlyGoesByMailAlone) {
  has_phone("+4915112345678");
  has_device("app-1");
  happens("password_reset");
  EXPECT_EQ(channels(), "email");
}

TEST_F(ChannelsTest, ALinkThatLetsSomebodyInStaysInTheMail) {
  const NewMessage welcome{
      EventId{ids_.next()}, user_, "welcome", {{kSecretLink, "https://shop/#token=1"}}};
  run(database.transact(souk::testing::scope(), [&](database::Transaction& tx) -> Task<> {
    co_await repository::queue(tx, {{&welcome, Channel::inbox, true}}, {MessageId{ids_.next()}},
                               clock_.now(), std::nullopt);
  }));
  const auto inbox = run(inbox_.list(call(), false, "", 10));
  ASSERT_EQ(inbox.items.size(), 1U);
  EXPECT_FALSE(inbox.items[0].item.data.contains(kSecretLink));
}

TEST_F(ChannelsTest, WhatIsOwedToABuyerCannotBeSwitchedOff) {
  EXPECT_EQ(error_of([&] { chooses("order_confirmation", "email", false); }), "validation_failed");
  EXPECT_EQ(error_of([&] { chooses("welcome", "sms", true); }), "validation_failed");
  EXPECT_EQ(error_of([&] { chooses("nonsense", "email", true); }), "validation_failed");
  chooses("order_confirmation", "email", true);  // as it is
  chooses("payment_success", "email", false);
  happens("payment_success");
  EXPECT_EQ(channels(), "");
  happens("order_confirmation");
  EXPECT_EQ(channels(), "email inbox");
}

TEST_F(ChannelsTest, AWrongChangeChangesNothing) {
  EXPECT_EQ(error_of([&] {
              run(preferences_.change(call(), {{"order_shipped", "email", false},
                                               {"order_confirmation", "email", false}}));
            }),
            "validation_failed");
  for (const auto& choice : run(preferences_.of(call()))) {
    if (choice.kind == "order_shipped" && choice.channel == "email") EXPECT_TRUE(choice.enabled);
  }
}

TEST_F(ChannelsTest, PreferencesAreOfTheirOwner) {
  chooses("order_shipped", "email", false);
  for (const auto& choice : run(preferences_.of(call(UserId{ids_.next()})))) {
    if (choice.kind == "order_shipped" && choice.channel == "email") EXPECT_TRUE(choice.enabled);
  }
}

TEST_F(ChannelsTest, TheInboxIsPagedAndKnowsWhatWasRead) {
  for (int i = 0; i < 5; ++i) happens("refund");
  const auto first = run(inbox_.list(call(), false, "", 3));
  ASSERT_EQ(first.items.size(), 3U);
  EXPECT_EQ(first.unread, 5);
  EXPECT_EQ(first.items[0].words.title, "Refund for order S-1");
  EXPECT_EQ(first.items[0].words.text, "We have sent USD 9.00 for order S-1 back to you.");
  const auto second = run(inbox_.list(call(), false, first.next_page_token, 3));
  EXPECT_EQ(second.items.size(), 2U);
  EXPECT_TRUE(second.next_page_token.empty());
  EXPECT_EQ(error_of([&] { run(inbox_.list(call(), true, first.next_page_token, 3)); }),
            "invalid_page_token");

  const auto id = first.items[0].item.id;
  const auto read_at = run(inbox_.read(call(), id)).item.read_at;
  clock_.advance(1min);
  EXPECT_EQ(run(inbox_.read(call(), id)).item.read_at, read_at);
  EXPECT_EQ(run(inbox_.list(call(), true, "", 10)).items.size(), 4U);
  EXPECT_EQ(error_of([&] { run(inbox_.read(call(UserId{ids_.next()}), id)); }), "not_found");
  EXPECT_EQ(run(inbox_.read_all(call(UserId{ids_.next()}))), 0);
  EXPECT_EQ(run(inbox_.read_all(call())), 4);
  EXPECT_EQ(run(inbox_.list(call(), false, "", 10)).unread, 0);
}

TEST_F(ChannelsTest, WhoLooksOnSeesWhatComesAndNothingElse) {
  const auto start = run(inbox_.follow(call(), ""));
  EXPECT_TRUE(start.items.empty());
  happens("refund");
  const auto news = run(inbox_.follow(call(), start.position));
  ASSERT_EQ(news.items.size(), 1U);
  EXPECT_EQ(news.items[0].type, "message");
  EXPECT_TRUE(news.items[0].data.contains("\"refund\""));
  EXPECT_TRUE(run(inbox_.follow(call(), news.position)).items.empty());
  EXPECT_TRUE(run(inbox_.follow(call(), news.items[0].position)).items.empty());
  EXPECT_TRUE(run(inbox_.follow(call(UserId{ids_.next()}), start.position)).items.empty());
  EXPECT_EQ(run(inbox_.follow_all(call(), start.position)).items.size(), 1U);
  for (const auto* made_up :
       {"x", "-", "1", "1-", "-1", "99999999999999999999-1", "1--1", "18446744073709551615-0"})
    EXPECT_TRUE(run(inbox_.follow(call(), made_up)).items.empty()) << made_up;
}

// A transaction that began first may commit last: its events must not be passed over.
TEST_F(ChannelsTest, WhoLooksOnMissesNothingThatIsCommittedLate) {
  const auto start = run(inbox_.follow(call(), ""));
  std::string position = start.position;
  std::size_t seen = 0;
  run(database.transact(souk::testing::scope(), [&](database::Transaction& slow) -> Task<> {
    repository::note_orders(slow, {{EventId{ids_.next()}, user_, "{}"}}, clock_.now());
    co_await slow.query(database::Query{"test.now", "SELECT 1"});
    co_await database.transact(souk::testing::scope(), [&](database::Transaction& fast) -> Task<> {
      repository::note_orders(fast, {{EventId{ids_.next()}, user_, "{}"}}, clock_.now());
      co_return;
    });
    const auto during = co_await inbox_.follow(call(), position);
    seen += during.items.size();
    position = during.position;
  }));
  const auto after = run(inbox_.follow(call(), position));
  EXPECT_EQ(seen + after.items.size(), 2U);
}

TEST_F(ChannelsTest, ALinkUnsubscribesAndCannotBeMadeUp) {
  const DueMessage message{.id = MessageId{ids_.next()},
                           .tenant = kDefaultTenant,
                           .user = user_,
                           .kind = "order_shipped",
                           .data = {},
                           .attempts = 0,
                           .email = "a@b.c",
                           .full_name = "A"};
  const auto url = links_.url(message);
  const std::string prefix = "https://shop.example/api/v1/notifications/unsubscribe?token=";
  ASSERT_TRUE(url.starts_with(prefix)) << url;
  const auto token = url.substr(prefix.size());
  EXPECT_TRUE(run(unsubscribing_.show(call(), token)).contains("<form method=\"post\">"));
  reads("de");
  EXPECT_TRUE(run(unsubscribing_.show(call(), token)).contains("Ihre Bestellung ist unterwegs"));
  happens("order_shipped");
  EXPECT_EQ(channels(), "email inbox") << "looking at the page changes nothing";
  const auto stranger = rpc::Call::background("api-gateway", 10s, random_);
  run(unsubscribing_.unsubscribe(stranger, token));
  EXPECT_TRUE(run(unsubscribing_.unsubscribe(stranger, token)).contains("nicht mehr"));
  happens("order_shipped");
  EXPECT_EQ(channels(), "email inbox inbox");

  auto forged = token;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  const runtime::InternalKey other_key{9};
  const UnsubscribeLinks elsewhere{other_key, "https://shop.example"};
  for (const auto& bad : {forged, std::string{}, std::string{"abc"},
                          elsewhere.token({kDefaultTenant, user_, "refund"})})
    EXPECT_EQ(error_of([&] { run(unsubscribing_.unsubscribe(stranger, bad)); }),
              "invalid_unsubscribe_token");
  auto owed = message;
  owed.kind = "order_confirmation";
  EXPECT_EQ(links_.url(owed), "");
  owed.kind = "password_reset";
  EXPECT_EQ(links_.url(owed), "");
}

TEST_F(ChannelsTest, AllReplicasHaveOnePushKey) {
  VapidKeys here{context(), database};
  VapidKeys there{context(), database};
  const auto key = run(here.get());
  EXPECT_EQ(run(there.get()).public_point(), key.public_point());

  const auto point = security::base64url::encode(P256KeyPair::generate(random_).public_point());
  run(devices_.add(call(), {.platform = Platform::web,
                            .endpoint = "https://push.example/a",
                            .p256dh = point,
                            .auth = "AAAAAAAAAAAAAAAAAAAAAA",
                            .token = {},
                            .name = {}}));
  has_device("app-1");
  key_[0] = 7;  // another SOUK_INTERNAL_KEY: nobody can read the old one
  VapidKeys moved{context(), database};
  const auto fresh = run(moved.get());
  EXPECT_NE(fresh.public_point(), key.public_point());
  EXPECT_EQ(run(moved.get()).public_point(), fresh.public_point());
  EXPECT_EQ(run(devices_.list(call())).size(), 1U)
      << "browsers have to subscribe anew, apps do not";
}

TEST_F(ChannelsTest, APushKeyMayBeGiven) {
  settings_ =
      config::Settings{{{"VAPID_PRIVATE_KEY", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"}}};
  VapidKeys keys{context(), database};
  EXPECT_EQ(
      security::base64url::encode(run(keys.get()).public_point()),
      "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
  settings_ = config::Settings{{{"VAPID_PRIVATE_KEY", "AAAA"}}};
  EXPECT_EQ(error_of([&] { VapidKeys bad{context(), database}; }), "invalid_setting");
}

TEST_F(ChannelsTest, TheInboxSpeaksItsReadersLanguage) {
  reads("de-AT");
  happens("refund");
  const auto listed = run(inbox_.list(call(), false, "", 10)).items.at(0);
  EXPECT_EQ(listed.words.title, "Erstattung für Bestellung S-1");
  EXPECT_EQ(run(inbox_.read(call(), listed.item.id)).words.title, listed.words.title);
  reads("fr");
  EXPECT_EQ(run(inbox_.list(call(), false, "", 10)).items.at(0).words.title,
            "Refund for order S-1");
}

TEST(ShortTexts, EveryKindThatLeavesTheMailHasOneInEachLanguage) {
  const ShortTexts texts{souk_notification_short_texts(), {.name = "Zoë's", .locale = "de"}};
  for (const auto& rule : kind_rules()) {
    const auto english = texts.render(rule.kind, {}, "en");
    const auto german = texts.render(rule.kind, {}, "de");
    EXPECT_NE(english.text, german.text) << rule.kind;
    EXPECT_EQ(texts.render(rule.kind, {}, "").text, german.text) << "the shop's language";
    for (const auto& words : {english, german}) {
      EXPECT_FALSE(words.title.empty()) << rule.kind;
      EXPECT_LT(words.text.size(), 160U) << rule.kind;
    }
  }
  EXPECT_EQ(texts.render("welcome", {}, "en").title, "Welcome to Zoë's");
  const auto paid = texts.render("payment_success",
                                 {{"amount", amount_value({1999, Currency::from("EUR")})}}, "de");
  EXPECT_EQ(paid.text, "Wir haben Ihre Zahlung über 19,99\u00a0€ erhalten.");
}

}  // namespace
}  // namespace souk::notification
