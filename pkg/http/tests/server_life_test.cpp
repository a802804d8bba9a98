// Time-outs, the cap on connections, draining: what bounds a server and how it ends.
#include <future>

#include <gtest/gtest.h>

#include "handlers.hpp"
#include "harness.hpp"
#include "http/server.hpp"

namespace souk::http::testing {
namespace {

using namespace std::chrono_literals;

TEST(ServerLife, SlowHeadIsTimedOutWhileOthersAreServed) {
  ServerSettings settings;
  settings.header_timeout = settings.linger_time = 150ms;
  TestServer server{echo, settings};
  RawConnection slow{server.port()};
  slow.send("GET / HT");
  RawConnection other{server.port()};
  other.send(kGet);
  EXPECT_EQ(other.read().status, 200);
  // A byte now and then does not help: the time is for the whole head.
  auto trickle = std::async(std::launch::async, [&slow] {
    while (slow.send("x")) std::this_thread::sleep_for(10ms);
  });
  const auto reply = slow.read();
  EXPECT_EQ(reply.status, 408);
  EXPECT_TRUE(reply.has("Connection: close"));
  EXPECT_TRUE(slow.closed_by_peer());
  other.send(kGet);
  EXPECT_EQ(other.read().status, 200);
}

TEST(ServerLife, SilentNewcomerIsClosedWithoutAWord) {
  ServerSettings settings;
  settings.header_timeout = 100ms;
  TestServer server{echo, settings};
  EXPECT_TRUE(RawConnection{server.port()}.closed_by_peer());
}

TEST(ServerLife, SlowBodyIsTimedOut) {
  ServerSettings settings;
  settings.body_timeout = 150ms;
  TestServer server{echo, settings};
  RawConnection slow{server.port()};
  slow.send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhel");
  EXPECT_EQ(slow.read().status, 408);
  EXPECT_TRUE(slow.closed_by_peer());
}

TEST(ServerLife, IdleConnectionIsClosed) {
  ServerSettings settings;
  settings.idle_timeout = 100ms;
  TestServer server{echo, settings};
  RawConnection client{server.port()};
  client.send(kGet);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(ServerLife, SlowReaderIsDropped) {
  ServerSettings settings;
  settings.write_timeout = 150ms;
  settings.least_rate = 10'000'000;
  const auto page = std::make_shared<const std::string>(std::string(64'000'000, 'p'));
  TestServer server{[page](const Request&) -> Task<Response> {
                      Response response;
                      response.shared_body = page;
                      co_return response;
                    },
                    settings};
  RawConnection client{server.port()};
  client.set_receive_buffer(64 * 1024);
  client.send(kGet);
  EXPECT_TRUE(eventually([&] { return server.connections() == 1; }));
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
  // What the kernel held for it: kilobytes, where an unbounded send buffer grows to megabytes.
  client.set_receive_buffer(1 << 20);
  EXPECT_LT(client.read_to_end(), 1'000'000u);
}

TEST(ServerLife, HandlerHasItsOwnTime) {
  ServerSettings settings;
  settings.header_timeout = settings.body_timeout = settings.write_timeout = 40ms;
  settings.idle_timeout = 40ms;
  Gate gate;
  TestServer server{gate.handler(), settings};
  RawConnection client{server.port()};
  client.send(kGet);
  ASSERT_TRUE(eventually([&] { return gate.waiting == 1; }));
  std::this_thread::sleep_for(150ms);  // well past every timeout
  gate.open = true;
  EXPECT_EQ(client.read().status, 200);
  client.send(kGet);  // and the connection has not been given up meanwhile
  EXPECT_EQ(client.read().status, 200);
}

TEST(ServerLife, SaysWhenItIsFull) {
  ServerSettings settings;
  settings.max_connections = 2;
  TestServer server{echo, settings};
  {
    RawConnection first{server.port()};
    RawConnection second{server.port()};
    first.send(kGet);
    second.send(kGet);
    EXPECT_EQ(first.read().status, 200);
    EXPECT_EQ(second.read().status, 200);
    RawConnection third{server.port()};
    const auto reply = third.read();
    EXPECT_EQ(reply.status, 503);
    EXPECT_TRUE(reply.has("Retry-After: 1"));
    EXPECT_TRUE(third.closed_by_peer());
  }
  ASSERT_TRUE(eventually([&] { return server.connections() == 0; }));
  RawConnection fourth{server.port()};
  fourth.send(kGet);
  EXPECT_EQ(fourth.read().status, 200);
}

TEST(ServerLife, DrainFinishesWhatIsInFlight) {
  Gate gate;
  TestServer server{gate.handler()};
  RawConnection idle{server.port()};
  RawConnection busy{server.port()};
  busy.send(kGet);
  ASSERT_TRUE(eventually([&] { return gate.waiting == 1 && server.connections() == 2; }));

  auto stopped = std::async(std::launch::async, [&] { return server.stop(10s); });
  EXPECT_TRUE(idle.closed_by_peer());
  EXPECT_THROW(RawConnection{server.port()}, std::runtime_error);
  gate.open = true;
  const auto reply = busy.read();
  EXPECT_EQ(reply.body, "done");
  EXPECT_TRUE(reply.has("Connection: close"));
  EXPECT_TRUE(stopped.get());
  EXPECT_EQ(server.connections(), 0u);
}

TEST(ServerLife, DrainLetsAHalfSentRequestArrive) {
  TestServer server{echo};
  RawConnection client{server.port()};
  client.send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(client.read().status, 100);
  auto stopped = std::async(std::launch::async, [&] { return server.stop(10s); });
  // Once nobody is let in any more, the drain has begun.
  ASSERT_TRUE(eventually([&] { return !can_connect(server.port()); }));
  std::this_thread::sleep_for(20ms);
  client.send("hello");
  const auto reply = client.read();
  EXPECT_EQ(reply.body, "POST /? hello");
  EXPECT_TRUE(reply.has("Connection: close"));
  EXPECT_TRUE(stopped.get());
}

TEST(ServerLife, DrainEndsAtItsLimit) {
  Gate gate;
  TestServer server{gate.handler()};
  RawConnection busy{server.port()};
  busy.send(kGet);
  ASSERT_TRUE(eventually([&] { return gate.waiting == 1; }));
  EXPECT_FALSE(server.stop(50ms));
  EXPECT_EQ(server.connections(), 0u);  // the handler was cancelled, not left behind
  const auto reply = busy.read();
  EXPECT_EQ(reply.status, 503);
  EXPECT_TRUE(reply.has("Retry-After: 1"));
  EXPECT_TRUE(reply.has("Connection: close"));
}

TEST(ServerLife, NoticeAsksClientsToLeaveAndServesThem) {
  TestServer server{echo};
  RawConnection kept{server.port()};
  kept.send(kGet);
  EXPECT_FALSE(kept.read().has("Connection: close"));
  server.give_notice();
  kept.send(kGet);
  EXPECT_TRUE(kept.read().has("Connection: close"));
  RawConnection late{server.port()};
  late.send(kGet);
  const auto reply = late.read();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.has("Connection: close"));
}

/// Requests that the kernel has taken in, though the server has not seen them, are not dropped by a drain.
TEST(ServerLife, DrainServesWhatHasArrived) {
  std::atomic<bool> blocking = false;
  std::atomic<bool> blocked = false;
  TestServer server{[&](const Request& request) -> Task<Response> {
    while (blocking) {  // the loop itself, as a machine under load does
      blocked = true;
      std::this_thread::sleep_for(1ms);
    }
    co_return co_await echo(request);
  }};
  RawConnection kept{server.port()};
  kept.send(kGet);
  EXPECT_EQ(kept.read().status, 200);

  // Goes to the other loop, so that the next comes to the first.
  RawConnection other{server.port()};
  other.send(kGet);
  EXPECT_EQ(other.read().status, 200);

  blocking = true;
  const std::shared_ptr<void> unblock{nullptr, [&](void*) { blocking = false; }};
  RawConnection blocker{server.port()};
  blocker.send(kGet);
  ASSERT_TRUE(eventually([&] { return blocked.load(); }));
  auto stopped = std::async(std::launch::async, [&] { return server.stop(10s); });
  std::this_thread::sleep_for(20ms);  // the stop is in the loop's queue, before what comes now
  kept.send(kGet);
  std::vector<std::unique_ptr<RawConnection>> late;
  for (int i = 0; i < 20; ++i) {
    late.push_back(std::make_unique<RawConnection>(server.port()));
    late.back()->send(kGet);
  }
  blocking = false;
  EXPECT_EQ(blocker.read().status, 200);
  EXPECT_EQ(kept.read().status, 200);
  for (auto& each : late) EXPECT_EQ(each->read().status, 200);
  EXPECT_TRUE(stopped.get());
}

/// Clients that come anew for each request meet a drain at every moment of a connection's life: each is
/// answered or finds nobody there, but none is let in and then dropped.
TEST(ServerLife, DrainDropsNobodyWhoWasLetIn) {
  constexpr int kRounds = 3;
  constexpr int kClients = 16;
  std::atomic<int> answered = 0;
  std::atomic<int> dropped = 0;
  for (int round = 0; round < kRounds; ++round) {
    TestServer server{echo};
    server.give_notice();
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&, port = server.port()] {
        try {
          for (;;) {
            RawConnection client{port};
            const bool replied = client.send(kGet) && client.read().status == 200;
            ++(replied ? answered : dropped);
          }
        } catch (const std::runtime_error&) {  // refused: nobody is there any more
        }
      });
    }
    std::this_thread::sleep_for(100ms);
    EXPECT_TRUE(server.stop(10s));
  }
  EXPECT_GT(answered, kRounds * kClients);
  EXPECT_EQ(dropped, 0);
}

TEST(ServerLife, HangsUpWhenAStandInSaysSo) {
  TestServer server{[](const Request& request) -> Task<Response> {
    auto response = text_response(200, "ok");
    response.hang_up = request.path == "/gone";
    co_return response;
  }};
  RawConnection client{server.port()};
  client.send("GET /gone HTTP/1.1\r\nHost: shop\r\n\r\n");
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(ServerLife, SecondServerOnTheSamePortFails) {
  TestServer server{echo};
  ServerSettings settings;
  settings.port = server.port();
  EXPECT_THROW((TestServer{echo, settings}), std::exception);
}

TEST(ServerLife, DropsWhatWasNotDrained) {
  Gate gate;
  auto server = std::make_unique<TestServer>(gate.handler());
  RawConnection busy{server->port()};
  busy.send(kGet);
  ASSERT_TRUE(eventually([&] { return gate.waiting == 1; }));
  server.reset();
  EXPECT_EQ(busy.read().status, 0);
}

}  // namespace
}  // namespace souk::http::testing
