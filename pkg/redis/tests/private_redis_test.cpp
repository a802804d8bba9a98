#include "redis/private_redis.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include "core/error.hpp"
#include "process/child.hpp"

namespace souk::redis {
namespace {

namespace fs = std::filesystem;

class PrivateRedisTest : public ::testing::Test {
 protected:
  PrivateRedisTest() {
    std::string path = "/tmp/souk-redis-XXXXXX";
    root = mkdtemp(path.data());
  }
  ~PrivateRedisTest() override { fs::remove_all(root); }

  /// The answer as text; an error's text for an error.
  static std::string ask(const PrivateRedis& server, const std::string& command) {
    const std::unique_ptr<redisContext, void (*)(redisContext*)> client{
        redisConnect("127.0.0.1", server.port()), redisFree};
    const std::unique_ptr<redisReply, void (*)(void*)> reply{
        static_cast<redisReply*>(redisCommand(client.get(), command.c_str())), freeReplyObject};
    return reply && reply->str ? std::string(reply->str, static_cast<std::size_t>(reply->len))
                               : "nothing";
  }

  fs::path root;
};

TEST_F(PrivateRedisTest, KeepsPortAndDataOverAKillAndOverAStop) {
  PrivateRedis server(root / "redis");
  server.start();
  const auto url = server.url();
  EXPECT_EQ(url, fmt::format("redis://127.0.0.1:{}/0", server.port()));
  ask(server, "SET kept 1");
  const auto pid = server.pid();
  server.kill_9();
  EXPECT_FALSE(server.running());
  EXPECT_TRUE(process::gone(pid));
  server.start();
  EXPECT_EQ(server.url(), url);
  EXPECT_EQ(ask(server, "GET kept"), "1");
  server.stop();
  server.start();
  EXPECT_EQ(server.url(), url);
  EXPECT_EQ(ask(server, "GET kept"), "1");
}

TEST_F(PrivateRedisTest, WantsItsPassword) {
  PrivateRedis server(root / "redis", "secret");
  server.start();
  EXPECT_TRUE(server.url(3).starts_with("redis://:secret@127.0.0.1:"));
  EXPECT_TRUE(server.url(3).ends_with("/3"));
  EXPECT_TRUE(ask(server, "PING").starts_with("NOAUTH"));
}

TEST_F(PrivateRedisTest, AStalledOneCanBeStopped) {
  PrivateRedis server(root / "redis");
  server.start();
  const auto pid = server.pid();
  server.pause();
  server.stop();
  EXPECT_TRUE(process::gone(pid));
}

TEST_F(PrivateRedisTest, OneOwnerAtATimeAndAStrayIsEnded) {
  auto owner = std::make_unique<PrivateRedis>(root / "redis");
  owner->start();
  PrivateRedis second(root / "redis");
  EXPECT_THROW(second.start(), Error);
  owner.reset();

  // What a killed owner leaves behind: a server that nobody holds the lock of.
  const auto stray = process::spawn(
      {"redis-server", "--port", "0", "--unixsocket", (root / "socket").string(), "--save", "",
       "--dir", root.string(), "--pidfile", (root / "redis/redis.pid").string()},
      root / "stray.log");
  ASSERT_TRUE(process::wait_until(std::chrono::seconds{30}, [&] {
    int written = 0;
    std::ifstream(root / "redis/redis.pid") >> written;
    return written == stray;
  }));
  second.start();
  EXPECT_TRUE(process::gone(stray));
  EXPECT_EQ(ask(second, "PING"), "PONG");
}

}  // namespace
}  // namespace souk::redis
