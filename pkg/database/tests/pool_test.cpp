// Bounds, order and deadlines of the pool.
#include <csignal>

#include <gmock/gmock.h>

#include "tests/test_schema.hpp"

namespace souk::database {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class PoolTest : public DatabaseSuite {
 protected:
  Database small(std::size_t connections, std::size_t waiters = 256) {
    return {
        loop.get_executor(),
        {.url = test_database->app_url(), .max_connections = connections, .max_waiters = waiters}};
  }

  /// Sleeps in the server; writes down who it was and how it ended ("ok" or the code).
  Task<> sleep(Database& on, int who, std::chrono::milliseconds span,
               std::chrono::milliseconds limit) {
    std::string outcome = "ok";
    try {
      co_await on.query({tenant(1), in(limit)}, kSleep, static_cast<double>(span.count()) / 1000);
    } catch (const Error& error) {
      outcome = error.code;
      retry_after = error.retry_after;
    }
    ended.emplace_back(who, outcome);
  }
  void start(Task<> task) { asio::co_spawn(loop, std::move(task), asio::detached); }
  void finish(std::size_t count) {
    loop.restart();
    while (ended.size() < count) loop.run_one();
  }

  std::vector<std::pair<int, std::string>> ended;
  std::optional<std::chrono::seconds> retry_after;
};

using Ended = std::vector<std::pair<int, std::string>>;

TEST_F(PoolTest, NeverMoreConnectionsThanAllowedAndWaitersInTheirOrder) {
  auto two = small(2);
  for (int who = 0; who < 6; ++who) start(sleep(two, who, 20ms, 10s));
  finish(6);
  EXPECT_EQ(two.stats().open, 2U);
  EXPECT_EQ(two.stats().idle, 2U);
  EXPECT_EQ(two.stats().waiting, 0U);
  for (int who = 0; who < 6; ++who) EXPECT_EQ(ended[who].second, "ok");
  // Two at a time: whoever asked earlier is in an earlier pair.
  for (int at = 0; at < 6; ++at) EXPECT_EQ(ended[at].first / 2, at / 2) << "at " << at;
}

TEST_F(PoolTest, FullWaitingRoomIsUnavailableAtOnce) {
  auto one = small(1, 1);
  start(sleep(one, 0, 100ms, 10s));
  start(sleep(one, 1, 1ms, 10s));
  start(sleep(one, 2, 1ms, 10s));
  finish(3);
  EXPECT_EQ(ended, (Ended{{2, "unavailable"}, {0, "ok"}, {1, "ok"}}));
  EXPECT_EQ(retry_after, 1s);
}

TEST_F(PoolTest, WaitingEndsAtTheDeadline) {
  auto one = small(1);
  start(sleep(one, 0, 200ms, 10s));
  start(sleep(one, 1, 1ms, 50ms));
  start(sleep(one, 2, 1ms, 10s));
  finish(3);
  EXPECT_EQ(ended, (Ended{{1, "deadline_exceeded"}, {0, "ok"}, {2, "ok"}}));
}

TEST_F(PoolTest, StatementEndsAtTheDeadlineAndTheConnectionStays) {
  auto one = small(1);
  const auto begin = std::chrono::steady_clock::now();
  start(sleep(one, 0, 5s, 60ms));
  finish(1);
  EXPECT_EQ(ended.back().second, "deadline_exceeded");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(one.stats().idle, 1U);
  start(sleep(one, 1, 1ms, 10s));
  finish(2);
  EXPECT_EQ(ended.back().second, "ok");
}

TEST_F(PoolTest, WorkPastItsDeadlineIsNotBegun) {
  auto one = small(1);
  start(sleep(one, 0, 1ms, -1ms));
  finish(1);
  EXPECT_EQ(ended.back().second, "deadline_exceeded");
  EXPECT_EQ(one.stats().open, 0U);
}

TEST_F(PoolTest, StuckServerIsHungUpOn) {
  auto one = small(1);
  constexpr Query kPid{"test.pid", "SELECT pg_backend_pid() AS pid"};
  const auto pid = run(one.query_one(scope(), kPid)).get<std::int32_t>("pid");
  kill(pid, SIGSTOP);
  const auto begin = std::chrono::steady_clock::now();
  start(sleep(one, 0, 1ms, 100ms));
  finish(1);
  kill(pid, SIGCONT);
  EXPECT_EQ(ended.back().second, "deadline_exceeded");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(one.stats().open, 0U);
  EXPECT_TRUE(run(one.ping(in(10s))));
}

TEST_F(PoolTest, CancelledCallerLeavesNoTrace) {
  auto one = small(1);
  asio::cancellation_signal stop_running, stop_waiting;
  int cancelled = 0;
  const auto count = [&](std::exception_ptr error) { cancelled += error != nullptr; };
  asio::co_spawn(loop, one.query(scope(), kSleep, 5),
                 asio::bind_cancellation_slot(
                     stop_running.slot(), [&](std::exception_ptr error, Rows) { count(error); }));
  asio::co_spawn(loop, one.query(scope(), kSleep, 5),
                 asio::bind_cancellation_slot(
                     stop_waiting.slot(), [&](std::exception_ptr error, Rows) { count(error); }));
  while (one.stats().waiting == 0) loop.run_one();
  stop_waiting.emit(asio::cancellation_type::terminal);
  while (cancelled < 1) loop.run_one();
  EXPECT_EQ(one.stats().waiting, 0U);
  stop_running.emit(asio::cancellation_type::terminal);
  while (cancelled < 2) loop.run_one();
  EXPECT_EQ(one.stats().open, 0U);  // nobody knows what it would answer next
  EXPECT_TRUE(run(one.ping(in(10s))));
}

TEST_F(PoolTest, ServerThatIsNotThereFailsQuickly) {
  Database nowhere(loop.get_executor(), {.url = "postgresql://x@/y?host=/nowhere"});
  const auto begin = std::chrono::steady_clock::now();
  for (int who = 0; who < 20; ++who) start(sleep(nowhere, who, 1ms, 10s));
  finish(20);
  for (const auto& [who, outcome] : ended) EXPECT_EQ(outcome, "unavailable");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
  EXPECT_FALSE(run(nowhere.ping(in(10s))));
}

TEST_F(PoolTest, BadUrlIsRefusedAtConstruction) {
  EXPECT_THROW(Database(loop.get_executor(), {.url = "host='"}), Error);
}

TEST_F(PoolTest, HostNamesAreLookedUpOffTheLoop) {
  // Nothing listens there; what matters is that the name was turned into an address to be refused.
  Database tcp(loop.get_executor(), {.url = "postgresql://x@localhost:1/y"});
  EXPECT_FALSE(run(tcp.ping(in(10s))));
}

}  // namespace
}  // namespace souk::database
