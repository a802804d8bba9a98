#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "services/user-service/tests/user_fixture.hpp"

namespace souk::user {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RevocationsTest : public UserTest {
 protected:
  Task<std::vector<Revocation>> after(std::int64_t seq) {
    const auto call = visitor();
    co_return co_await revocations.after(call, seq);
  }
  /// Until `task` has ended, or waits in the database for another transaction.
  Task<> ended_or_blocked(const bool& ended) {
    constexpr database::Query kBlocked{
        "test.blocked",
        "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"};
    boost::asio::steady_timer timer{loop};
    while (!ended) {
      const auto row = co_await database.query_one(testing::scope(), kBlocked);
      if (row.get<std::int64_t>("n") > 0) co_return;
      timer.expires_after(std::chrono::milliseconds{5});
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }
};

TEST_F(RevocationsTest, AReaderGetsWhatItDoesNotKnowYet) {
  const auto first = register_customer("zoe@example.com");
  const auto second = login("zoe@example.com");
  run(logging_out(as(first)));
  const auto known = run(after(0));
  ASSERT_EQ(known.size(), 1U);
  run(logging_out(as(second)));
  const auto news = run(after(known[0].seq));
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].session, second.session);
  EXPECT_THAT(run(after(news[0].seq)), IsEmpty());
}

TEST_F(RevocationsTest, AReaderSeesThoseOfEveryTenant) {
  const auto zoe = register_customer("zoe@example.com");
  run(logging_out(as(zoe)));
  auto call = visitor();
  call.identity.tenant = TenantId{ids.next()};
  EXPECT_EQ(run(revocations.after(call, 0)).size(), 1U);
}

// A transaction that took its number first and commits last must not be passed over by a reader who
// has seen a later number already.
TEST_F(RevocationsTest, ASlowCommitIsNotPassedOver) {
  const auto slow = register_customer("slow@example.com");
  const auto quick = register_customer("quick@example.com");
  bool quick_is_out = false;
  std::int64_t known = 0;
  run(database.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
    repository::announce_revocations(tx, {slow.session}, clock.now());
    co_await tx.query(database::Query{"test.flush", "SELECT 1"});
    boost::asio::co_spawn(loop, logging_out(as(quick)),
                          [&](std::exception_ptr) { quick_is_out = true; });
    co_await ended_or_blocked(quick_is_out);
    for (const auto& revocation : co_await after(0)) known = revocation.seq;
  }));
  std::vector<SessionId> seen;
  const auto wait = [&]() -> Task<> { co_await ended_or_blocked(quick_is_out); };
  run(wait());
  for (const auto& revocation : run(after(known))) seen.push_back(revocation.session);
  EXPECT_THAT(seen, ElementsAre(slow.session, quick.session));
}

TEST_F(RevocationsTest, WhatIsOverIsForgotten) {
  const auto gone = register_customer("gone@example.com");
  run(logging_out(as(gone)));
  clock.advance(kAccessTokenLife);
  EXPECT_EQ(revoked_sessions().size(), 1U) << "a verifier's clock may be a little slow";
  clock.advance(std::chrono::minutes{1});
  EXPECT_THAT(revoked_sessions(), IsEmpty());
  const auto live = register_customer("live@example.com");
  run(revocations.purge());
  EXPECT_EQ(count({"test.revocations", "SELECT count(*) FROM revocations"}), 0);
  EXPECT_EQ(count({"test.sessions", "SELECT count(*) FROM sessions"}), 2);
  clock.advance(kRefreshTokenLife - std::chrono::minutes{1});
  run(revocations.purge());
  EXPECT_EQ(count({"test.sessions", "SELECT count(*) FROM sessions"}), 1);
  EXPECT_EQ(refresh(live.refresh_token).session, live.session);
}

}  // namespace
}  // namespace souk::user
