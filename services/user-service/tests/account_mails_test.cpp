#include "services/user-service/tests/user_fixture.hpp"
#include "user/events.pb.h"

namespace souk::user {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

constexpr char kNewPassword[] = "battery staple";

class AccountMailsTest : public UserTest {
 protected:
  template <class Event>
  std::vector<Event> events(const std::string& topic) {
    std::vector<Event> found;
    const auto rows = run(database.query(
        testing::scope(),
        database::Query{"test.payloads",
                        "SELECT payload FROM outbox WHERE topic = $1 ORDER BY event_id"},
        topic));
    for (const auto& row : rows) {
      const auto bytes = row.get<database::Bytes>("payload");
      Event event;
      EXPECT_TRUE(event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
      found.push_back(std::move(event));
    }
    return found;
  }

  std::vector<v1::PasswordResetRequested> resets() {
    return events<v1::PasswordResetRequested>("user.password_reset_requested");
  }
  std::string verification_token() {
    return events<v1::UserRegistered>("user.registered").back().verification_token();
  }

  /// Asked for, and looked into until nothing is under way.
  void forget(const std::string& email) {
    const auto call = visitor();
    run(mails.forgot_password(call, email));
    run(mails.stop());
  }

  Task<> verifying(std::string token) {
    const auto call = visitor();
    co_await mails.verify_email(call, token);
  }
  Task<> resetting(std::string token, std::string password) {
    const auto call = visitor();
    co_await mails.reset_password(call, token, password);
  }
  Task<> moving(rpc::Call call, std::string email, std::string password) {
    co_await mails.change_email(call, email, password);
  }
  Task<> resending(rpc::Call call) { co_await mails.resend_verification(call); }

  User profile(const LoggedIn& of) {
    const auto call = as(of);
    return run(accounts.get(call, of.user.id));
  }

  Task<LoggedIn> logging_in_from(std::string agent, std::string address) {
    auto call = visitor();
    call.user_agent = std::move(agent);
    call.client_address = std::move(address);
    co_return co_await authentication.login(call, "zoe@example.com", kPassword);
  }
};

TEST_F(AccountMailsTest, TheWelcomesLinkConfirmsTheAddressOnce) {
  const auto zoe = register_customer("zoe@example.com");
  EXPECT_FALSE(profile(zoe).email_verified);
  const auto token = verification_token();
  EXPECT_EQ(token.size(), 43U);
  run(verifying(token));
  EXPECT_TRUE(profile(zoe).email_verified);
  EXPECT_EQ(failure(verifying(token)), "invalid_link");
  EXPECT_EQ(failure(verifying("made-up")), "invalid_link");
}

TEST_F(AccountMailsTest, ALinkIsGoodForItsPurposeOnly) {
  register_customer("zoe@example.com");
  forget("zoe@example.com");
  const auto reset = resets().at(0).token();
  EXPECT_EQ(failure(verifying(reset)), "invalid_link");
  EXPECT_EQ(failure(resetting(verification_token(), kNewPassword)), "invalid_link");
  EXPECT_EQ(failure(resetting(reset, kNewPassword)), "");
}

TEST_F(AccountMailsTest, TheDatabaseKnowsDigestsOnly) {
  register_customer("zoe@example.com");
  const auto token = verification_token();
  const auto found = run(database.query(
      testing::scope(),
      database::Query{"test.tokens",
                      "SELECT count(*) AS rows FROM account_tokens WHERE account_tokens::text LIKE "
                      "'%' || $1 || '%' OR digest = sha256($1::bytea)"},
      token));
  EXPECT_EQ(found.front().get<std::int64_t>("rows"), 1) << "by its digest, and by nothing else";
}

TEST_F(AccountMailsTest, ANewVerificationMailIsThereForWhoNeedsIt) {
  const auto zoe = register_customer("zoe@example.com");
  run(resending(as(zoe)));
  run(resending(as(zoe)));
  // Three in an hour, the welcome among them.
  EXPECT_EQ(failure(resending(as(zoe))), "rate_limited");
  const auto mailed = events<v1::EmailVerificationRequested>("user.email_verification_requested");
  ASSERT_EQ(mailed.size(), 2U);
  EXPECT_EQ(mailed[0].email(), "zoe@example.com");
  run(verifying(mailed[1].token()));
  clock.advance(61min);
  run(resending(as(zoe)));
  EXPECT_EQ(events<v1::EmailVerificationRequested>("user.email_verification_requested").size(), 2U)
      << "a confirmed address was written to";
}

TEST_F(AccountMailsTest, AForgottenPasswordIsReplacedAndEverySessionEnds) {
  const auto here = register_customer("zoe@example.com");
  const auto there = login("zoe@example.com");
  const auto stranger = register_customer("eve@example.com");
  forget("ZOE@example.com");
  ASSERT_EQ(resets().size(), 1U);
  EXPECT_EQ(resets()[0].email(), "zoe@example.com");
  run(resetting(resets()[0].token(), kNewPassword));
  EXPECT_THAT(revoked_sessions(), UnorderedElementsAre(here.session, there.session));
  EXPECT_EQ(failure(refreshing(here.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(failure(logging_in("zoe@example.com", kPassword)), "invalid_credentials");
  const auto again = login("zoe@example.com", kNewPassword);
  EXPECT_TRUE(again.user.email_verified) << "who read the mail has the address";
  EXPECT_EQ(events<v1::PasswordChanged>("user.password_changed").size(), 1U);
  EXPECT_EQ(refresh(stranger.refresh_token).session, stranger.session);
}

TEST_F(AccountMailsTest, AResetLinkIsUsedOnceAndForHalfAnHour) {
  register_customer("zoe@example.com");
  forget("zoe@example.com");
  const auto token = resets().at(0).token();
  EXPECT_EQ(Time{std::chrono::milliseconds{resets().at(0).token_expires_at_ms()}},
            std::chrono::floor<std::chrono::milliseconds>(clock.now() + 30min))
      << "a mail that is late knows it";
  std::vector<Task<>> both;
  both.push_back(resetting(token, kNewPassword));
  both.push_back(resetting(token, "another one"));
  EXPECT_THAT(failures(std::move(both)), UnorderedElementsAre("", "invalid_link"));
  forget("zoe@example.com");
  const auto late = resets().at(1).token();
  clock.advance(30min);
  EXPECT_EQ(failure(resetting(late, "battery stable")), "invalid_link");
}

TEST_F(AccountMailsTest, AUsedResetMakesTheOtherLinksWorthless) {
  register_customer("zoe@example.com");
  forget("zoe@example.com");
  forget("zoe@example.com");
  ASSERT_EQ(resets().size(), 2U);
  run(resetting(resets()[1].token(), kNewPassword));
  EXPECT_EQ(failure(resetting(resets()[0].token(), "yet another")), "invalid_link");
  EXPECT_EQ(login("zoe@example.com", kNewPassword).user.email, "zoe@example.com");
}

TEST_F(AccountMailsTest, WhoIsNotThereIsNotMailedAndNobodyMoreThanThreeTimes) {
  const auto blocked = register_customer("blocked@example.com");
  run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<User> {
    co_return co_await repository::set_disabled(tx, blocked.user.id, true, clock.now());
  }));
  forget("nobody@example.com");
  forget("blocked@example.com");
  EXPECT_THAT(resets(), IsEmpty());
  register_customer("zoe@example.com");
  for (int i = 0; i < 5; ++i) forget("zoe@example.com");
  EXPECT_EQ(resets().size(), 3U);
  clock.advance(61min);
  forget("zoe@example.com");
  EXPECT_EQ(resets().size(), 4U);
}

TEST_F(AccountMailsTest, TheAnswerComesBeforeAnybodyHasLooked) {
  register_customer("zoe@example.com");
  // Whoever reads or writes accounts now has to wait.
  run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
    co_await tx.query(database::Query{"test.lock_users", "SELECT * FROM users FOR UPDATE"});
    for (const char* email : {"zoe@example.com", "nobody@example.com"}) {
      const auto call = visitor();
      co_await mails.forgot_password(call, email);
    }
  }));
  run(mails.stop());
  EXPECT_EQ(resets().size(), 1U);
}

TEST_F(AccountMailsTest, AnImportedAccountGetsItsFirstPassword) {
  const auto call = visitor();
  run(accounts.import_users(call, {{"12346", "old@example.com", "Old"}}));
  forget("old@example.com");
  ASSERT_EQ(resets().size(), 1U);
  run(resetting(resets()[0].token(), kNewPassword));
  EXPECT_EQ(login("old@example.com", kNewPassword).user.full_name, "Old");
}

TEST_F(AccountMailsTest, AnAccountMovesWhenTheNewAddressIsConfirmed) {
  const auto zoe = register_customer("zoe@example.com");
  forget("zoe@example.com");
  run(moving(as(zoe), "Zoe.New@Example.com", kPassword));
  EXPECT_EQ(profile(zoe).email, "zoe@example.com");
  const auto asked = events<v1::EmailChangeRequested>("user.email_change_requested");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].new_email(), "zoe.new@example.com");
  run(verifying(asked[0].token()));
  EXPECT_EQ(profile(zoe).email, "zoe.new@example.com");
  EXPECT_TRUE(profile(zoe).email_verified);
  const auto told = events<v1::EmailChanged>("user.email_changed");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].old_email(), "zoe@example.com");
  EXPECT_EQ(login("zoe.new@example.com").user.id, zoe.user.id);
  EXPECT_EQ(failure(logging_in("zoe@example.com", kPassword)), "invalid_credentials");
  EXPECT_EQ(failure(resetting(resets().at(0).token(), kNewPassword)), "invalid_link")
      << "a link to the old address still lets somebody in";
}

TEST_F(AccountMailsTest, MovingNeedsThePasswordAndAnotherAddress) {
  const auto zoe = register_customer("zoe@example.com");
  EXPECT_EQ(failure(moving(as(zoe), "new@example.com", "wrong horse")), "invalid_credentials");
  EXPECT_EQ(failure(moving(as(zoe), "ZOE@example.com", kPassword)), "validation_failed");
  EXPECT_THAT(events<v1::EmailChangeRequested>("user.email_change_requested"), IsEmpty());
}

TEST_F(AccountMailsTest, AnAddressThatSomebodyHasIsNeitherToldNorTaken) {
  const auto zoe = register_customer("zoe@example.com");
  register_customer("eve@example.com");
  EXPECT_EQ(failure(moving(as(zoe), "eve@example.com", kPassword)), "");
  EXPECT_THAT(events<v1::EmailChangeRequested>("user.email_change_requested"), IsEmpty());
  // Free when it was asked for, taken when it was confirmed.
  run(moving(as(zoe), "late@example.com", kPassword));
  register_customer("late@example.com");
  const auto asked = events<v1::EmailChangeRequested>("user.email_change_requested");
  EXPECT_EQ(failure(verifying(asked.at(0).token())), "email_taken");
  EXPECT_EQ(profile(zoe).email, "zoe@example.com");
}

TEST_F(AccountMailsTest, ALoginFromANewDeviceIsToldOnce) {
  constexpr char kFirefox[] =
      "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
  constexpr char kNewerFirefox[] =
      "Mozilla/5.0 (Windows NT 10.0; rv:141.0) Gecko/20100101 Firefox/141.0";
  constexpr char kPhone[] =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 "
      "Mobile/15E148 Safari/604.1";
  auto call = visitor();
  call.user_agent = kFirefox;
  call.client_address = "203.0.113.7";
  run(authentication.register_customer(call, {"zoe@example.com", kPassword, "Zoë"}));
  const auto told = [&] {
    std::vector<std::string> devices;
    for (const auto& event : events<v1::NewDeviceSignedIn>("user.new_device_signed_in")) {
      devices.push_back(event.device());
    }
    return devices;
  };
  run(logging_in_from(kFirefox, "203.0.113.7"));
  run(logging_in_from(kNewerFirefox, "203.0.44.5"));  // another day, the same provider
  EXPECT_THAT(told(), IsEmpty());
  run(logging_in_from(kPhone, "203.0.113.7"));
  run(logging_in_from(kPhone, "203.0.113.7"));
  run(logging_in_from(kFirefox, "198.51.100.9"));
  EXPECT_THAT(told(), ::testing::ElementsAre("Safari, iPhone", "Firefox, Windows"));
  EXPECT_EQ(failure(logging_in("zoe@example.com", "wrong horse")), "invalid_credentials");
  EXPECT_EQ(told().size(), 2U);
}

TEST_F(AccountMailsTest, WhatIsOverIsForgotten) {
  register_customer("zoe@example.com");
  forget("zoe@example.com");
  const database::Query tokens{"test.count_tokens", "SELECT count(*) FROM account_tokens"};
  const database::Query devices{"test.count_devices", "SELECT count(*) FROM known_devices"};
  run(mails.purge());
  EXPECT_EQ(count(tokens), 2);
  clock.advance(2h);
  run(mails.purge());
  EXPECT_EQ(count(tokens), 1);
  EXPECT_EQ(count(devices), 1);
  clock.advance(std::chrono::days{181});
  run(mails.purge());
  EXPECT_EQ(count(tokens), 0);
  EXPECT_EQ(count(devices), 0);
}

}  // namespace
}  // namespace souk::user
