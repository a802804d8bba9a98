#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "fixture.hpp"
#include "redis/address.hpp"
#include "redis/check.hpp"

namespace souk::redis {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class ClientTest : public testing::RedisTest {
 protected:
  ClientTest() { client.start(); }
  ~ClientTest() override { run(client.stop()); }

  bool becomes_ready() {
    return eventually([this] { return client.ready(); });
  }

  Client client{loop.get_executor(), parse_url(server.url()), log, metrics, random};
};

TEST_F(ClientTest, AnswersOfEveryType) {
  ASSERT_TRUE(becomes_ready());
  const auto ask = [&](std::vector<std::string> words) {
    return run(client.command(in(5s), std::move(words)));
  };
  EXPECT_TRUE(ask({"GET", "absent"}).is_nil());
  EXPECT_EQ(ask({"INCR", "number"}).integer(), 1);
  EXPECT_EQ(ask({"SET", "bytes", std::string{"a\0b\r\n", 5}}).text(), "OK");
  EXPECT_EQ(ask({"GET", "bytes"}).text(), (std::string{"a\0b\r\n", 5}));
  const auto several = ask({"MGET", "number", "absent"});
  ASSERT_EQ(several.items().size(), 2U);
  EXPECT_EQ(several.items()[0].text(), "1");
  EXPECT_TRUE(several.items()[1].is_nil());
  EXPECT_THROW(several.integer(), Error);
  EXPECT_EQ(outcome(client, in(5s), {"INCR", "bytes"}), "redis_refused");
  EXPECT_EQ(ask({"GET", "number"}).text(), "1") << "an error reply does no harm to the connection";
}

TEST_F(ClientTest, ManyAtOnceGetTheirOwnAnswers) {
  ASSERT_TRUE(becomes_ready());
  std::vector<Task<std::string>> tasks;
  const auto one = [](Client& redis, Deadline deadline, int i) -> Task<std::string> {
    const auto reply = co_await redis.command(deadline, {"ECHO", std::to_string(i)});
    co_return reply.text();
  };
  for (int i = 0; i < 1000; ++i) tasks.push_back(one(client, in(20s), i));
  const auto answers = souk::testing::run_all(loop, std::move(tasks));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(answers[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(ClientTest, FailsAtOnceWhileTheServerIsGoneAndComesBackByItself) {
  ASSERT_TRUE(becomes_ready());
  const auto before = client.connection();
  server.kill_9();
  ASSERT_TRUE(eventually([&] { return !client.ready(); }));
  EXPECT_EQ(outcome(client, in(1h), {"PING"}), "redis_lost");
  server.start();
  ASSERT_TRUE(becomes_ready());
  EXPECT_GT(client.connection(), before);
  EXPECT_EQ(outcome(client, in(5s), {"PING"}), "fine");
  EXPECT_GE(metric("souk_redis_errors_total{reason=\"away\"}"), 1);
  EXPECT_EQ(metric("souk_redis_connected{use=\"commands\"}"), 1);
  EXPECT_GE(metric("souk_redis_connections_total{use=\"commands\"}"), 2);
}

TEST_F(ClientTest, ACommandUnderWayWhenTheServerDiesIsLostAndSaysSo) {
  ASSERT_TRUE(becomes_ready());
  std::string code;
  const auto wait = [](Client& redis, Deadline deadline, std::string& out) -> Task<> {
    try {
      co_await redis.command(deadline, {"BLPOP", "nothing", "0"});
    } catch (const Error& error) {
      out = error.code;
    }
  };
  asio::co_spawn(loop, wait(client, in(1h), code), asio::detached);
  loop.poll();
  server.kill_9();
  EXPECT_TRUE(eventually([&] { return !code.empty(); }));
  EXPECT_EQ(code, "redis_lost");
}

TEST_F(ClientTest, AStalledServerIsHungUpOnAndTriedAgain) {
  ASSERT_TRUE(becomes_ready());
  server.pause();
  int late = 0;
  while (outcome(client, in(20ms), {"PING"}) == "redis_late") ++late;
  EXPECT_GE(late, 1);
  EXPECT_LE(late, 3);
  EXPECT_EQ(outcome(client, in(1h), {"PING"}), "redis_lost") << "nobody waits for it any more";
  EXPECT_EQ(metric("souk_redis_connected{use=\"commands\"}"), 0);
  server.resume();
  ASSERT_TRUE(becomes_ready());
  EXPECT_EQ(outcome(client, in(5s), {"PING"}), "fine");
}

TEST_F(ClientTest, AStalledServerIsNoticedWhileNobodyAsks) {
  ASSERT_TRUE(becomes_ready());
  server.pause();
  EXPECT_TRUE(eventually([&] { return !client.ready(); }));
  server.resume();
  EXPECT_TRUE(becomes_ready());
}

TEST_F(ClientTest, WhatAStalledServerHoldsIsBounded) {
  ASSERT_TRUE(becomes_ready());
  server.pause();
  int turned_away = 0;
  const auto ask = [](Client& redis, Deadline deadline, int& refused) -> Task<> {
    const auto asked = std::chrono::steady_clock::now();
    try {
      co_await redis.command(deadline, {"PING"});
    } catch (const Error& error) {
      refused += error.code == "redis_lost" && std::chrono::steady_clock::now() < asked + 100ms;
    }
  };
  // They all wait an hour, so it is not their deadlines that turn them away.
  for (int i = 0; i < 5000; ++i)
    asio::co_spawn(loop, ask(client, in(1h), turned_away), asio::detached);
  loop.restart();
  loop.poll();
  EXPECT_GT(turned_away, 3000);
  server.resume();
  ASSERT_TRUE(becomes_ready());
  EXPECT_TRUE(eventually([&] { return outcome(client, in(5s), {"PING"}) == "fine"; }));
}

TEST_F(ClientTest, AScriptSurvivesAServerThatForgotIt) {
  constexpr Script kAdd{"add", "return redis.call('INCRBY', KEYS[1], ARGV[1])"};
  ASSERT_TRUE(becomes_ready());
  const auto add = [&] { return run(client.eval(in(5s), kAdd, {"sum"}, {"2"})).integer(); };
  EXPECT_EQ(add(), 2);
  EXPECT_EQ(add(), 4);
  run(client.command(in(5s), {"SCRIPT", "FLUSH"}));
  EXPECT_EQ(add(), 6);
  EXPECT_EQ(add(), 8);
  constexpr Script kWrong{"wrong", "return redis.call('INCR', KEYS[1], 'too much')"};
  EXPECT_THROW(run(client.eval(in(5s), kWrong, {"sum"}, {})), Error);
}

TEST_F(ClientTest, GarbageEndsAConnectionAndNothingElse) {
  for (const std::string garbage : {"HTTP/1.1 400 Bad Request\r\n\r\n", "*-7\r\n$999999999999\r\n",
                                    "$5\r\nab", ":12a\r\n", "-ERR you are nobody\r\n"}) {
    asio::ip::tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
    const Address address{.host = "127.0.0.1", .port = acceptor.local_endpoint().port()};
    int met = 0;
    const auto answer = [](asio::ip::tcp::acceptor& door, std::string text, int& count) -> Task<> {
      try {
        for (;; ++count) {
          auto socket = co_await door.async_accept(asio::use_awaitable);
          co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
        }
      } catch (const boost::system::system_error&) {
        // The door was closed.
      }
    };
    asio::co_spawn(loop, answer(acceptor, garbage, met), asio::detached);
    Client fooled{loop.get_executor(), address, log, metrics, random};
    fooled.start();
    EXPECT_TRUE(eventually([&] { return met >= 2; })) << garbage;
    EXPECT_FALSE(fooled.ready()) << garbage;
    run(fooled.stop());
    acceptor.close();
    loop.restart();
    loop.poll();
  }
  ASSERT_TRUE(becomes_ready());
  EXPECT_EQ(outcome(client, in(5s), {"PING"}), "fine");
}

TEST_F(ClientTest, LogsInAndKeepsToItsDatabase) {
  ASSERT_TRUE(becomes_ready());
  run(client.command(in(5s), {"SET", "mine", "0"}));
  run(client.command(in(5s), {"CONFIG", "SET", "requirepass", "s3cr:t/"}));
  auto address = parse_url(server.url(5));
  Client stranger{loop.get_executor(), address, log, metrics, random};
  stranger.start();
  address.password = "s3cr:t/";
  Client friendly{loop.get_executor(), address, log, metrics, random};
  friendly.start();
  EXPECT_TRUE(eventually([&] { return friendly.ready(); }));
  EXPECT_TRUE(run(friendly.command(in(5s), {"GET", "mine"})).is_nil());
  EXPECT_FALSE(stranger.ready());
  run(stranger.stop());
  run(friendly.stop());
}

TEST_F(ClientTest, ACheckSaysWhatIsWrong) {
  ASSERT_TRUE(becomes_ready());
  EXPECT_NO_THROW(check(parse_url(server.url())));
  const auto complaint = [](const Address& address) {
    try {
      check(address);
    } catch (const Error& error) {
      return error.detail;
    }
    return std::string{"none"};
  };
  run(client.command(in(5s), {"CONFIG", "SET", "requirepass", "secret"}));
  EXPECT_TRUE(complaint(parse_url(server.url())).contains("NOAUTH"));
  server.stop();
  EXPECT_TRUE(complaint(parse_url(server.url())).contains("cannot be reached"));
}

TEST(Address, IsReadFromAUrl) {
  const auto plain = parse_url("redis://cache.example");
  EXPECT_EQ(plain.host, "cache.example");
  EXPECT_EQ(plain.port, 6379);
  EXPECT_EQ(plain.database, 0);
  const auto full = parse_url("redis://shop:p%40ss@[::1]:7000/3");
  EXPECT_EQ(full.host, "::1");
  EXPECT_EQ(full.port, 7000);
  EXPECT_EQ(full.user, "shop");
  EXPECT_EQ(full.password, "p@ss");
  EXPECT_EQ(full.database, 3);
  EXPECT_EQ(parse_url("redis://:secret@h").password, "secret");
  for (const std::string wrong :
       {"", "redis", "http://h", "redis://", "redis://h/x", "redis://h/-1", "redis://h/1/2",
        "redis://h:0", "redis://h:99999", "redis://h?db=1", "redis://user@h", "redis://:secret@"}) {
    try {
      parse_url(wrong);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.code, "invalid_setting");
      EXPECT_FALSE(error.detail.contains("secret"));
    }
  }
}

}  // namespace
}  // namespace souk::redis
