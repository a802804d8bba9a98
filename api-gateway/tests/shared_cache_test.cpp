#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "replica.hpp"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

class SharedCache : public ReplicasTest {
 protected:
  /// A fetch that has asked the service and waits for its answer until the test lets it arrive.
  struct SlowFetch {
    explicit SlowFetch(boost::asio::io_context& loop)
        : arrival(loop, std::chrono::steady_clock::time_point::max()) {}
    boost::asio::steady_timer arrival;
    bool begun = false;
    std::string got;
  };

  static Task<std::string> slowly(SlowFetch& slow, std::string body) {
    slow.begun = true;
    boost::system::error_code arrived;
    co_await slow.arrival.async_wait(
        boost::asio::redirect_error(boost::asio::use_awaitable, arrived));
    co_return body;
  }

  static Task<> ask(Replica& replica, std::string page, SlowFetch& slow, std::string body) {
    slow.got = co_await replica.getting(
        std::move(page), [&slow, body = std::move(body)] { return slowly(slow, body); });
  }

  void begin(Replica& replica, const std::string& page, SlowFetch& slow, const std::string& body) {
    boost::asio::co_spawn(world.loop, ask(replica, page, slow, body), boost::asio::detached);
    ASSERT_TRUE(eventually([&] { return slow.begun; }));
  }
  /// An event, until Redis knows of it.
  void change_the_lamp() {
    a->replicas.tell_dropped("product.changed", {"lamp"});
    ASSERT_TRUE(eventually([&] {
      const std::vector<std::string> question{"EXISTS", "souk:version:product.changed/lamp"};
      return world.run(a->redis.command(shared_deadline() + 5s, question)).integer() == 1;
    }));
  }
  void finish(SlowFetch& slow) {
    slow.arrival.cancel();
    ASSERT_TRUE(eventually([&] { return !slow.got.empty(); }));
  }
};

TEST_F(SharedCache, WhatOneFetchedTheOtherHas) {
  start_both();
  EXPECT_EQ(a->get("lamp", a->serving("page")), "page");
  EXPECT_EQ(b->get("lamp", b->serving("another")), "page");
  EXPECT_EQ(b->fetches, 0);
  EXPECT_TRUE(a->keeps("lamp"));
  EXPECT_TRUE(b->keeps("lamp"));
  const auto text = world.metrics.text();
  EXPECT_TRUE(text.contains("souk_cache_replies_total{from=\"redis\"} 1")) << text;
  EXPECT_TRUE(text.contains("souk_cache_replies_total{from=\"service\"} 1")) << text;
}

TEST_F(SharedCache, AnEventDropsWhatItChangedEverywhereAndNothingElse) {
  start_both();
  for (const std::string page : {"list", "lamp", "rug"}) {
    a->get(page, a->serving("old " + page));
    b->get(page, b->serving("never asked for"));
  }
  a->replicas.tell_dropped("product.changed", {"id-1", "lamp"});
  for (auto* replica : {a.get(), b.get()}) {
    EXPECT_TRUE(eventually([&] { return !replica->keeps("lamp") && !replica->keeps("list"); }));
    EXPECT_TRUE(replica->keeps("rug"));
  }
  EXPECT_EQ(b->get("lamp", b->serving("new lamp")), "new lamp");
  EXPECT_EQ(a->get("lamp", a->serving("never asked for")), "new lamp");
  EXPECT_EQ(a->get("list", a->serving("new list")), "new list");
  a->replicas.tell_dropped("category.changed", {"rug"});
  pass(200ms);
  EXPECT_TRUE(b->keeps("rug"));
}

TEST_F(SharedCache, AFetchThatAnEventOvertookIsKeptNowhere) {
  start_both();
  SlowFetch slow{world.loop};
  begin(*b, "lamp", slow, "old");
  change_the_lamp();
  finish(slow);
  EXPECT_EQ(slow.got, "old") << "who asked before the event gets an answer";
  EXPECT_FALSE(b->keeps("lamp"));
  EXPECT_EQ(a->get("lamp", a->serving("new")), "new") << "the old page was kept in Redis";
  EXPECT_EQ(b->get("lamp", b->serving("never asked for")), "new");
}

// No news reaches it, so nothing but Redis's verdict stops it from keeping the old page.
TEST_F(SharedCache, AnOvertakenFetchIsNotKeptByAReplicaThatHeardNothing) {
  a->start();
  b->redis.start();
  ASSERT_TRUE(eventually([&] { return a->redis.ready() && b->redis.ready() && a->gaps == 1; }));
  SlowFetch slow{world.loop};
  begin(*b, "lamp", slow, "old");
  change_the_lamp();
  finish(slow);
  EXPECT_FALSE(b->keeps("lamp"));
  EXPECT_EQ(a->get("lamp", a->serving("new")), "new");
  EXPECT_TRUE(world.metrics.text().contains("souk_cache_overtaken_total 1"));
}

// The server that comes back has lost the event's versions: it would find nothing changed.
TEST_F(SharedCache, AFetchOlderThanTheConnectionIsNotKeptInRedis) {
  start_both();
  SlowFetch slow{world.loop};
  begin(*b, "lamp", slow, "old");
  change_the_lamp();
  const auto before = b->redis.connection();
  world.run(a->redis.command(shared_deadline() + 5s, {"FLUSHALL"}));
  server.kill_9();
  ASSERT_TRUE(eventually([&] { return !b->redis.ready(); }));
  server.start();
  ASSERT_TRUE(eventually([&] { return b->redis.ready() && a->redis.ready(); }));
  EXPECT_GT(b->redis.connection(), before);
  finish(slow);
  EXPECT_EQ(a->get("lamp", a->serving("new")), "new");
}

TEST_F(SharedCache, AReplyDoesNotLiveLongerForBeingShared) {
  start_both();
  a->get("lamp", a->serving("page"));
  world.run(a->redis.command(shared_deadline() + 5s, {"PEXPIRE", "souk:reply:lamp", "1000"}));
  const auto asked = std::chrono::steady_clock::now();
  b->get("lamp", b->serving("never asked for"));
  EXPECT_EQ(b->fetches, 0);
  EXPECT_LE(b->cache.find("lamp")->expires, std::chrono::steady_clock::now() + 1s);
  EXPECT_GT(b->cache.find("lamp")->expires, asked);
}

TEST_F(SharedCache, WithoutRedisEachGoesOnAloneAndSharesAgainAfterwards) {
  start_both();
  a->get("lamp", a->serving("page"));
  server.kill_9();
  ASSERT_TRUE(eventually([&] { return !a->redis.ready() && !b->redis.ready(); }));
  EXPECT_EQ(b->get("lamp", b->serving("of its own")), "of its own");
  EXPECT_TRUE(b->keeps("lamp"));
  b->replicas.tell_dropped("product.changed", {"lamp"});
  pass(50ms);

  const auto gaps = b->gaps;
  server.start();
  ASSERT_TRUE(eventually([&] { return a->redis.ready() && b->redis.ready() && b->gaps > gaps; }));
  EXPECT_FALSE(b->keeps("lamp")) << "news may have been missed";
  a->get("rug", a->serving("rug"));
  EXPECT_EQ(b->get("rug", b->serving("never asked for")), "rug");
}

TEST_F(SharedCache, AStalledRedisKeepsNobodyFromAPage) {
  start_both();
  server.pause();
  for (int i = 0; i < 10; ++i) {
    const auto page = "page " + std::to_string(i);
    EXPECT_EQ(a->get(page, a->serving(page)), page);
    EXPECT_TRUE(a->keeps(page));
  }
  EXPECT_TRUE(eventually([&] { return !a->redis.ready(); })) << "everybody waits for it";
  server.resume();
  ASSERT_TRUE(eventually([&] { return a->redis.ready() && b->redis.ready(); }));
  a->get("rug", a->serving("rug"));
  EXPECT_EQ(b->get("rug", b->serving("never asked for")), "rug");
}

TEST_F(SharedCache, WhatOthersPutIntoRedisEndsNoRequest) {
  start_both();
  world.run(a->redis.command(shared_deadline() + 5s, {"SET", "souk:reply:lamp", "no hash"}));
  EXPECT_EQ(a->get("lamp", a->serving("page")), "page");
  world.run(
      a->redis.command(shared_deadline() + 5s, {"PUBLISH", "souk:replies:dropped", "forged"}));
  pass(100ms);
  EXPECT_TRUE(a->keeps("lamp"));
}

TEST_F(SharedCache, AFailureOfTheServiceReachesTheCallerAndIsNotKept) {
  start_both();
  EXPECT_THROW(a->get("lamp",
                      []() -> Task<std::string> {
                        throw unavailable("no");
                        co_return "";
                      }),
               Error);
  EXPECT_EQ(b->get("lamp", b->serving("page")), "page");
}

}  // namespace
}  // namespace souk::gateway
