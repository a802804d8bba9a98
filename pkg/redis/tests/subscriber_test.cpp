#include "redis/subscriber.hpp"

#include <gmock/gmock.h>

#include "fixture.hpp"

namespace souk::redis {
namespace {

using namespace std::chrono_literals;

class SubscriberTest : public testing::RedisTest {
 protected:
  SubscriberTest() {
    publisher.start();
    subscriber.start();
  }
  ~SubscriberTest() override {
    run(subscriber.stop());
    run(publisher.stop());
  }

  /// How many heard it.
  std::int64_t publish(const std::string& channel, const std::string& text) {
    return run(publisher.command(in(5s), {"PUBLISH", channel, text})).integer();
  }
  bool both_ready() {
    return eventually([this] { return publisher.ready() && subscriber.ready(); });
  }

  Client publisher{loop.get_executor(), parse_url(server.url()), log, metrics, random};
  std::vector<std::string> heard;
  int connected = 0;
  Subscriber subscriber{
      loop.get_executor(),
      parse_url(server.url()),
      {"news", "weather"},
      {.on_message = [this](const std::string& channel,
                            const std::string& text) { heard.push_back(channel + ": " + text); },
       .on_connected = [this] { ++connected; }},
      log,
      metrics,
      random};
};

TEST_F(SubscriberTest, HearsItsChannelsInOrder) {
  ASSERT_TRUE(both_ready());
  EXPECT_EQ(connected, 1);
  EXPECT_EQ(publish("news", "one"), 1);
  EXPECT_EQ(publish("weather", std::string{"r\0in\r\n", 6}), 1);
  EXPECT_EQ(publish("elsewhere", "x"), 0);
  EXPECT_EQ(publish("news", "two"), 1);
  ASSERT_TRUE(eventually([&] { return heard.size() == 3; }));
  EXPECT_THAT(heard, ::testing::ElementsAre("news: one", std::string{"weather: r\0in\r\n", 15},
                                            "news: two"));
}

TEST_F(SubscriberTest, StaysThroughSilence) {
  ASSERT_TRUE(both_ready());
  const auto end = in(3s);  // three proofs of life
  eventually([&] { return std::chrono::steady_clock::now() > end; });
  EXPECT_EQ(connected, 1);
  publish("news", "still there");
  EXPECT_TRUE(eventually([&] { return heard.size() == 1; }));
}

TEST_F(SubscriberTest, ComesBackAfterAKillAndAfterAStallAndSaysSo) {
  ASSERT_TRUE(both_ready());
  server.kill_9();
  ASSERT_TRUE(eventually([&] { return !subscriber.ready(); }));
  server.start();
  ASSERT_TRUE(eventually([&] { return connected == 2; }));
  server.pause();
  ASSERT_TRUE(eventually([&] { return !subscriber.ready(); })) << "a silent server goes unnoticed";
  server.resume();
  ASSERT_TRUE(eventually([&] { return connected == 3; }));
  ASSERT_TRUE(both_ready());
  publish("weather", "fine");
  EXPECT_TRUE(eventually([&] { return !heard.empty(); }));
}

}  // namespace
}  // namespace souk::redis
