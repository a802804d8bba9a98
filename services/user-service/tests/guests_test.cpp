#include "services/user-service/tests/user_fixture.hpp"
#include "user/events.pb.h"

namespace souk::user {
namespace {

using ::testing::ElementsAre;

constexpr char kAddress[] = "zoe@example.com";

class GuestsTest : public UserTest {
 protected:
  Task<LoggedIn> arriving(std::string email, std::string name = "Zoë") {
    const auto call = visitor();
    co_return co_await authentication.open_guest_session(call, {email, name, "de"});
  }
  LoggedIn arrive(std::string email) { return run(arriving(std::move(email))); }

  Task<User> setting_roles(LoggedIn by, UserId id, std::vector<std::string> roles) {
    auto call = as(by);
    co_return co_await administration.set_roles(call, id, roles);
  }
};

TEST_F(GuestsTest, HaveASessionAndARoleOfTheirOwn) {
  const auto guest = arrive("Zoe@Example.com");
  EXPECT_EQ(guest.user.email, kAddress);
  EXPECT_THAT(guest.user.roles, ElementsAre("guest"));
  EXPECT_FALSE(guest.user.email_verified);
  const auto again = refresh(guest.refresh_token);
  EXPECT_EQ(again.user.id, guest.user.id);
  EXPECT_THAT(again.user.roles, ElementsAre("guest"));
  EXPECT_EQ(run(accounts.get(as(guest), guest.user.id)).full_name, "Zoë");
}

TEST_F(GuestsTest, AreFoundByTheAddressThatTheyGave) {
  const auto first = arrive(kAddress);
  const auto account = register_customer(kAddress);
  clock.advance(std::chrono::minutes{1});
  const auto second = arrive("Zoe@Example.com");
  arrive("eve@example.com");
  const auto found = run(accounts.find(as(account), "ZOE@example.com"));
  EXPECT_EQ(found.account, account.user.id);
  EXPECT_THAT(found.guests, ElementsAre(second.user.id, first.user.id));
  const auto nobody = run(accounts.find(as(account), "nobody@example.com"));
  EXPECT_EQ(nobody.account, std::nullopt);
  EXPECT_TRUE(nobody.guests.empty());
}

TEST_F(GuestsTest, AreToldOfSoThatTheirMailsArrive) {
  const auto guest = arrive(kAddress);
  const auto rows = run(database.query(
      testing::scope(), database::Query{"test.events", "SELECT topic, payload FROM outbox"}));
  ASSERT_EQ(rows.size(), 1U) << "somebody is written to who has not ordered anything";
  EXPECT_EQ(rows.front().get<std::string>("topic"), "user.guest_session_opened");
  const auto bytes = rows.front().get<database::Bytes>("payload");
  v1::GuestSessionOpened event;
  ASSERT_TRUE(event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  EXPECT_EQ(event.user_id(), guest.user.id.str());
  EXPECT_EQ(event.email(), kAddress);
  EXPECT_EQ(event.locale(), "de");
}

TEST_F(GuestsTest, OccupyNoAddress) {
  const auto first = arrive(kAddress);
  const auto second = arrive(kAddress);
  EXPECT_NE(first.user.id, second.user.id);
  const auto registered = register_customer(kAddress);
  EXPECT_EQ(failure(registering(kAddress)), "email_taken");
  EXPECT_EQ(failure(arriving(kAddress)), "") << "a guest may have the address of an account";
  EXPECT_EQ(login(kAddress).user.id, registered.user.id);
}

// Whoever registers, or resets the password of, an address is somebody else than its guests.
TEST_F(GuestsTest, AreNobodysAccount) {
  const auto guest = arrive(kAddress);
  EXPECT_EQ(failure(logging_in(kAddress, "")), "invalid_credentials");
  EXPECT_EQ(failure(logging_in(kAddress, kPassword)), "invalid_credentials");
  run(mails.forgot_password(visitor(), kAddress));
  run(mails.stop());
  EXPECT_EQ(count({"test.tokens", "SELECT count(*) FROM account_tokens"}), 0)
      << "a link was mailed that gives a guest a password";
  const auto registered = register_customer(kAddress);
  EXPECT_NE(registered.user.id, guest.user.id);
  EXPECT_EQ(refresh(guest.refresh_token).user.id, guest.user.id);
}

TEST_F(GuestsTest, HaveNoPasswordToChange) {
  const auto guest = as(arrive(kAddress));
  auto changing = guest;
  EXPECT_EQ(failure(authentication.change_password(changing, "", kPassword)),
            "invalid_credentials");
  EXPECT_EQ(failure(mails.change_email(guest, "other@example.com", "")), "invalid_credentials");
}

TEST_F(GuestsTest, GetNoOtherRole) {
  const auto admin = login_admin("root@example.com");
  const auto guest = arrive(kAddress);
  EXPECT_EQ(failure(setting_roles(admin, guest.user.id, {"staff"})), "guest_account");
  EXPECT_EQ(failure(setting_roles(admin, guest.user.id, {"admin", "guest"})), "guest_account");
  EXPECT_THAT(run(accounts.get(as(admin), guest.user.id)).roles, ElementsAre("guest"));
}

TEST_F(GuestsTest, KeepTheirHandsOffAccountsInTheDatabaseToo) {
  arrive(kAddress);
  for (const auto& change : {
           database::Query{"test.password", "UPDATE users SET password_hash = 'x'"},
           database::Query{"test.verified", "UPDATE users SET email_verified = true"},
           database::Query{"test.roles", "UPDATE users SET roles = '{guest,admin}'"},
       }) {
    EXPECT_THROW(run(database.query(testing::scope(), change)), Error) << change.name;
  }
}

TEST_F(GuestsTest, AreListedAsWhatTheyAre) {
  const auto admin = login_admin("root@example.com");
  register_customer(kAddress);
  const auto guest = arrive(kAddress);
  const auto listed =
      run(administration.list(as(admin), {.query = {}, .role = "guest"}, std::nullopt, 10));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, guest.user.id);
}

TEST_F(GuestsTest, OfADisabledAccountLoseTheirSession) {
  const auto admin = login_admin("root@example.com");
  const auto guest = arrive(kAddress);
  v1::DisableUserRequest request;
  request.set_id(guest.user.id.str());
  auto call = as(admin);
  run(administration.disable(call, request));
  EXPECT_EQ(failure(refreshing(guest.refresh_token)), "invalid_refresh_token");
}

}  // namespace
}  // namespace souk::user
