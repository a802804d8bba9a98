#include "database/session.hpp"

#include <gtest/gtest.h>

#include "tests/test_schema.hpp"

namespace souk::database {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr Query kListen{"test.listen", "LISTEN news"};
constexpr Query kLock{"test.lock", "SELECT pg_try_advisory_lock(42) AS got"};

class SessionTest : public DatabaseSuite {};

TEST_F(SessionTest, HoldsALockUntilItGoes) {
  auto first = run(database.open_session(in(10s)));
  auto second = run(database.open_session(in(10s)));
  const auto locks = [&](Session& session) {
    return run(session.query(in(10s), kLock)).front().get<bool>("got");
  };
  EXPECT_TRUE(locks(*first));
  EXPECT_FALSE(locks(*second));
  first.reset();
  while (!locks(*second)) {  // the server needs a moment to see that the first one has hung up
  }
}

TEST_F(SessionTest, HearsANotificationAndNothingElse) {
  auto session = run(database.open_session(in(10s)));
  run(session->query(in(10s), kListen));
  EXPECT_FALSE(run(session->notified(in(20ms))));
  admin("NOTIFY news");
  EXPECT_TRUE(run(session->notified(in(10s))));
  EXPECT_FALSE(run(session->notified(in(20ms))));
}

TEST_F(SessionTest, InterruptEndsTheWait) {
  auto session = run(database.open_session(in(10s)));
  asio::post(loop, [&] { session->interrupt(); });
  EXPECT_FALSE(run(session->notified(in(60s))));
  EXPECT_FALSE(run(session->notified(in(60s))));
}

TEST_F(SessionTest, LostSessionThrowsInsteadOfWaitingForEver) {
  constexpr Query kPid{"test.pid", "SELECT pg_backend_pid() AS pid"};
  auto session = run(database.open_session(in(10s)));
  const auto pid = run(session->query(in(10s), kPid)).front().get<std::int32_t>("pid");
  admin("SELECT pg_terminate_backend($1, 5000)", {pid});
  EXPECT_THROW(
      {
        for (;;) run(session->notified(in(60s)));
      },
      DatabaseError);
  EXPECT_THROW(run(session->query(in(10s), kPid)), DatabaseError);
}

}  // namespace
}  // namespace souk::database
