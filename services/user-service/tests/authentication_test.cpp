#include "services/user-service/tests/user_fixture.hpp"

namespace souk::user {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class AuthenticationTest : public UserTest {
 protected:
  security::Claims claims(const std::string& token) {
    const auto jwks = security::Jwks::parse(keys.ring().jwks_json()).value();
    return jwks.verify(token, clock.now(), {"http://localhost:8080", "souk"}).value();
  }
  Task<LoggedIn> changing_password(rpc::Call call, std::string current, std::string wanted) {
    co_return co_await authentication.change_password(call, current, wanted);
  }
  Account account(const std::string& email) {
    return run(repository::find_account(database, testing::scope(), email)).value();
  }
};

TEST_F(AuthenticationTest, RegisteringLogsIn) {
  const auto session = register_customer("Zoe@Example.com");
  EXPECT_EQ(session.user.email, "zoe@example.com");
  EXPECT_THAT(session.user.roles, ElementsAre("customer"));
  const auto claims = this->claims(session.access_token);
  EXPECT_EQ(claims.sub, session.user.id);
  EXPECT_EQ(claims.sid, session.session);
  EXPECT_THAT(claims.roles, ElementsAre("customer"));
  EXPECT_EQ(claims.exp - claims.iat, std::chrono::minutes{15});
  EXPECT_EQ(count({"test.events", "SELECT count(*) FROM outbox WHERE topic = 'user.registered'"}),
            1);
  EXPECT_EQ(login("zoe@example.com").user.id, session.user.id);
  EXPECT_EQ(login("ZOE@example.com").user.id, session.user.id);
}

TEST_F(AuthenticationTest, AnAddressIsTakenOnceHoweverItIsSpelt) {
  std::vector<Task<LoggedIn>> both;
  both.push_back(registering("zoe@example.com"));
  both.push_back(registering("Zoe@Example.com"));
  EXPECT_THAT(failures(std::move(both)), UnorderedElementsAre("", "email_taken"));
  EXPECT_EQ(count({"test.users", "SELECT count(*) FROM users"}), 1);
  EXPECT_EQ(count({"test.all_events", "SELECT count(*) FROM outbox"}), 1)
      << "an account that was not made was announced";
}

TEST_F(AuthenticationTest, AnAdministratorsAddressIsTakenToo) {
  register_customer("zoe@example.com");
  const auto call = visitor();
  EXPECT_EQ(failure(authentication.create_admin(call, {"zoe@example.com", kPassword, "Zoë"})),
            "email_taken");
}

TEST_F(AuthenticationTest, AWrongLoginDoesNotSayWhy) {
  const auto zoe = register_customer("zoe@example.com");
  const auto blocked = register_customer("blocked@example.com");
  const auto call = visitor();
  const auto imported = run(accounts.import_users(call, {{"12346", "old@example.com", "Old"}}));
  run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<User> {
    co_return co_await repository::set_disabled(tx, blocked.user.id, true, clock.now());
  }));
  EXPECT_EQ(failure(logging_in("zoe@example.com", "wrong horse")), "invalid_credentials");
  EXPECT_EQ(failure(logging_in("nobody@example.com", kPassword)), "invalid_credentials");
  EXPECT_EQ(failure(logging_in("blocked@example.com", kPassword)), "invalid_credentials");
  EXPECT_EQ(failure(logging_in("old@example.com", "")), "invalid_credentials");
}

TEST_F(AuthenticationTest, AnOldHashIsMadeNewWithoutRefusingAnyone) {
  register_customer("zoe@example.com");
  const auto before = account("zoe@example.com");
  security::PasswordHasher stronger{{.memory_bytes = 128 * 1024, .passes = 1}};
  Authentication authentication{context(), database, outbox, stronger, issuer};
  clock.advance(std::chrono::hours{1});
  const auto call = visitor();
  std::vector<Task<LoggedIn>> logins;
  for (int i = 0; i < 8; ++i) {
    logins.push_back(authentication.login(call, "zoe@example.com", kPassword));
  }
  EXPECT_THAT(failures(std::move(logins)), ::testing::Each(""));
  const auto after = account("zoe@example.com");
  EXPECT_NE(after.password_hash, before.password_hash);
  EXPECT_FALSE(stronger.needs_rehash(after.password_hash));
  EXPECT_EQ(after.user.updated_at, before.user.updated_at);
}

TEST_F(AuthenticationTest, ALoginThatWasOvertakenByANewPasswordFails) {
  register_customer("zoe@example.com");
  const auto seen = account("zoe@example.com");
  const auto replace = [&](database::Transaction& tx) -> Task<bool> {
    co_return co_await repository::replace_password(tx, seen, "$new", clock.now());
  };
  const auto hold = [&](database::Transaction& tx) -> Task<bool> {
    co_return co_await repository::hold_account(tx, seen);
  };
  EXPECT_TRUE(run(database.transact(testing::scope(), hold)));
  EXPECT_TRUE(run(database.transact(testing::scope(), replace)));
  EXPECT_FALSE(run(database.transact(testing::scope(), hold)));
  EXPECT_FALSE(run(database.transact(testing::scope(), replace)));
}

TEST_F(AuthenticationTest, RefreshingGivesNewTokensForTheSameSession) {
  const auto first = register_customer("zoe@example.com");
  clock.advance(std::chrono::minutes{14});
  const auto second = refresh(first.refresh_token);
  EXPECT_EQ(second.session, first.session);
  EXPECT_EQ(second.user.id, first.user.id);
  EXPECT_NE(second.refresh_token, first.refresh_token);
  EXPECT_EQ(claims(second.access_token).iat - claims(first.access_token).iat,
            std::chrono::minutes{14});
  EXPECT_EQ(refresh(second.refresh_token).session, first.session);
  EXPECT_THAT(revoked_sessions(), IsEmpty());
}

TEST_F(AuthenticationTest, ATokenThatIsUsedTwiceEndsItsSession) {
  const auto stolen = register_customer("zoe@example.com");
  const auto other = login("zoe@example.com");
  const auto next = refresh(stolen.refresh_token);
  auto call = visitor();
  EXPECT_EQ(failure(authentication.refresh(call, stolen.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(call.reply.revoked_session, stolen.session.str());
  EXPECT_EQ(failure(refreshing(next.refresh_token)), "invalid_refresh_token");
  EXPECT_THAT(revoked_sessions(), ElementsAre(stolen.session));
  EXPECT_EQ(refresh(other.refresh_token).session, other.session);
}

TEST_F(AuthenticationTest, OneOfManySimultaneousRefreshesWinsAndTheSessionEnds) {
  const auto session = register_customer("zoe@example.com");
  std::vector<Task<LoggedIn>> refreshes;
  for (int i = 0; i < 20; ++i) refreshes.push_back(refreshing(session.refresh_token));
  const auto codes = failures(std::move(refreshes));
  EXPECT_EQ(std::ranges::count(codes, ""), 1);
  EXPECT_EQ(std::ranges::count(codes, "invalid_refresh_token"), 19);
  EXPECT_THAT(revoked_sessions(), ElementsAre(session.session));
}

TEST_F(AuthenticationTest, AnInventedTokenHarmsNoSession) {
  const auto session = register_customer("zoe@example.com");
  const security::Signer forger{security::SecretKey{std::array<std::uint8_t, 32>{9}},
                                "refresh-token"};
  const auto& id = session.session.uuid().bytes();
  const auto forged = forger.seal(std::string(id.begin(), id.end()) + std::string(32, 'x'));
  for (const std::string& token : {std::string{}, std::string{"abc"}, session.access_token, forged,
                                   session.refresh_token.substr(1), security::make_token(random)}) {
    EXPECT_EQ(failure(refreshing(token)), "invalid_refresh_token");
  }
  EXPECT_EQ(refresh(session.refresh_token).session, session.session);
}

TEST_F(AuthenticationTest, ASessionEndsThirtyDaysAfterItsLastUse) {
  const auto first = register_customer("zoe@example.com");
  clock.advance(std::chrono::days{29});
  const auto second = refresh(first.refresh_token);
  clock.advance(std::chrono::days{29});
  const auto third = refresh(second.refresh_token);
  clock.advance(std::chrono::days{30});
  EXPECT_EQ(failure(refreshing(third.refresh_token)), "invalid_refresh_token");
}

TEST_F(AuthenticationTest, LoggingOutEndsThisSessionOnly) {
  const auto here = register_customer("zoe@example.com");
  const auto there = login("zoe@example.com");
  auto call = as(here);
  run(authentication.logout(call));
  EXPECT_EQ(call.reply.revoked_session, here.session.str());
  EXPECT_THAT(revoked_sessions(), ElementsAre(here.session));
  EXPECT_EQ(failure(refreshing(here.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(refresh(there.refresh_token).session, there.session);
  run(authentication.logout(call));  // once more, as a retry does
  EXPECT_EQ(revoked_sessions().size(), 1U);
}

TEST_F(AuthenticationTest, NobodyEndsASessionOfSomebodyElse) {
  const auto zoe = register_customer("zoe@example.com");
  auto call = as(register_customer("eve@example.com"));
  call.identity.session = zoe.session;
  run(authentication.logout(call));
  EXPECT_THAT(revoked_sessions(), IsEmpty());
  EXPECT_EQ(refresh(zoe.refresh_token).session, zoe.session);
}

TEST_F(AuthenticationTest, ANewPasswordEndsWhatCameBefore) {
  const auto here = register_customer("zoe@example.com");
  const auto there = login("zoe@example.com");
  const auto stranger = register_customer("eve@example.com");
  const auto now = run(changing_password(as(here), kPassword, "battery staple"));
  EXPECT_THAT(revoked_sessions(), UnorderedElementsAre(here.session, there.session));
  EXPECT_EQ(failure(refreshing(here.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(failure(refreshing(there.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(refresh(now.refresh_token).user.id, here.user.id);
  EXPECT_EQ(refresh(stranger.refresh_token).session, stranger.session);
  EXPECT_EQ(failure(logging_in("zoe@example.com", kPassword)), "invalid_credentials");
  EXPECT_EQ(login("zoe@example.com", "battery staple").user.id, here.user.id);
}

TEST_F(AuthenticationTest, ANewPasswordNeedsTheOldOne) {
  const auto zoe = register_customer("zoe@example.com");
  EXPECT_EQ(failure(changing_password(as(zoe), "wrong horse", "battery staple")),
            "invalid_credentials");
  EXPECT_THAT(revoked_sessions(), IsEmpty());
  EXPECT_EQ(login("zoe@example.com").user.id, zoe.user.id);
}

}  // namespace
}  // namespace souk::user
