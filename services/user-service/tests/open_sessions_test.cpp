#include "internal/service/open_sessions.hpp"

#include "services/user-service/tests/user_fixture.hpp"

namespace souk::user {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr char kFirefox[] = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0";
constexpr char kPhone[] =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1";

class OpenSessionsTest : public UserTest {
 protected:
  rpc::Call from(const char* user_agent, std::string address) {
    auto call = visitor();
    call.user_agent = user_agent;
    call.client_address = std::move(address);
    return call;
  }
  Task<LoggedIn> logging_in_from(rpc::Call call, std::string email) {
    co_return co_await authentication.login(call, email, kPassword);
  }
  Task<LoggedIn> refreshing_from(rpc::Call call, std::string token) {
    co_return co_await authentication.refresh(call, token);
  }
  Task<std::string> ending(rpc::Call call, SessionId id) {
    co_await sessions.end(call, id);
    co_return call.reply.revoked_session;
  }
  std::vector<OpenSession> list(const LoggedIn& whose) { return run(sessions.list(as(whose))); }
  std::vector<SessionId> ids_of(const LoggedIn& whose) {
    std::vector<SessionId> all;
    for (const auto& session : list(whose)) all.push_back(session.id);
    return all;
  }

  OpenSessions sessions{context(), database};
};

TEST_F(OpenSessionsTest, SayWhereAndSinceWhen) {
  const auto zoe = register_customer("zoe@example.com");
  const auto began = clock.now();
  clock.advance(std::chrono::minutes{1});
  const auto there = run(logging_in_from(from(kFirefox, "203.0.113.7"), "zoe@example.com"));
  clock.advance(std::chrono::minutes{1});
  auto all = list(zoe);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, there.session) << "the one used last comes first";
  EXPECT_EQ(all[0].place.device, "Firefox, Windows");
  EXPECT_EQ(all[0].place.address, "203.0.113.7");
  EXPECT_EQ(all[1].created_at, began);
  EXPECT_EQ(all[1].place.device, "App");

  run(refreshing_from(from(kPhone, "2001:db8::1"), zoe.refresh_token));
  all = list(zoe);
  EXPECT_EQ(all[0].id, zoe.session);
  EXPECT_EQ(all[0].place.device, "Safari, iPhone");
  EXPECT_EQ(all[0].place.address, "2001:db8::1");
  EXPECT_EQ(all[0].created_at, began);
  EXPECT_EQ(all[0].last_used_at, clock.now());
  clock.advance(kRefreshTokenLife);
  EXPECT_THAT(list(zoe), IsEmpty()) << "one that is over was shown";
}

TEST_F(OpenSessionsTest, OneIsEndedAndItsTokensWithIt) {
  const auto zoe = register_customer("zoe@example.com");
  const auto stolen = run(logging_in_from(from(kFirefox, "203.0.113.7"), "zoe@example.com"));
  EXPECT_EQ(run(ending(as(zoe), stolen.session)), "") << "the caller's own cookie was taken away";
  EXPECT_THAT(ids_of(zoe), ElementsAre(zoe.session));
  EXPECT_THAT(revoked_sessions(), ElementsAre(stolen.session));
  EXPECT_EQ(failure(refreshing(stolen.refresh_token)), "invalid_refresh_token");
  EXPECT_EQ(count({"test.addresses", "SELECT count(*) FROM sessions WHERE address <> ''"}), 0)
      << "what is over still says where it was";
  EXPECT_EQ(failure(ending(as(zoe), stolen.session)), "not_found");
  refresh(zoe.refresh_token);
  EXPECT_EQ(run(ending(as(zoe), zoe.session)), zoe.session.str());
  EXPECT_THAT(list(zoe), IsEmpty());
}

TEST_F(OpenSessionsTest, AnothersSessionDoesNotExist) {
  const auto zoe = register_customer("zoe@example.com");
  const auto eve = register_customer("eve@example.com");
  EXPECT_EQ(failure(ending(as(eve), zoe.session)), "not_found");
  run(sessions.end_others(as(eve)));
  EXPECT_THAT(ids_of(zoe), ElementsAre(zoe.session));
  EXPECT_THAT(revoked_sessions(), IsEmpty());
}

TEST_F(OpenSessionsTest, AllOthersAreEndedAtOnce) {
  const auto zoe = register_customer("zoe@example.com");
  const auto second = login("zoe@example.com");
  const auto third = login("zoe@example.com");
  run(sessions.end_others(as(second)));
  EXPECT_THAT(ids_of(second), ElementsAre(second.session));
  EXPECT_THAT(revoked_sessions(), UnorderedElementsAre(zoe.session, third.session));
  EXPECT_EQ(failure(refreshing(third.refresh_token)), "invalid_refresh_token");
  refresh(second.refresh_token);
}

}  // namespace
}  // namespace souk::user
