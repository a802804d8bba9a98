#include <gtest/gtest.h>

#include "handlers.hpp"
#include "harness.hpp"

namespace souk::http::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kGetOld = "GET / HTTP/1.0\r\n\r\n";

/// A body in three pieces.
Task<Response> three_pieces(const Request&) {
  Response response = text_response(200, "");
  response.stream = [](BodyWriter& out) -> Task<> {
    for (const auto* piece : {"one ", "", "two ", "three"}) co_await out.write(piece);
  };
  co_return response;
}

/// Writes nothing, and looks from time to time whether anybody is there, until `over`.
struct Watcher {
  std::atomic<bool> running = false, over = false, ended = false;

  static Task<> watch(Watcher& self, BodyWriter& out) {
    self.running = true;
    boost::asio::steady_timer pause{co_await boost::asio::this_coro::executor};
    while (!self.over && !out.gone()) {
      pause.expires_after(5ms);
      co_await pause.async_wait(boost::asio::use_awaitable);
    }
    self.ended = true;
  }
  Handler handler() {
    return [this](const Request&) -> Task<Response> {
      Response response = text_response(200, "");
      response.stream = [this](BodyWriter& out) { return watch(*this, out); };
      co_return response;
    };
  }
};

TEST(Stream, GoesOutInChunksAndEndsTheConnection) {
  TestServer server{three_pieces};
  RawConnection client{server.port()};
  client.send(kGet);
  const auto head = client.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Transfer-Encoding: chunked"));
  EXPECT_TRUE(head.has("Connection: close"));
  EXPECT_EQ(head.head.find("Content-Length"), std::string::npos);
  EXPECT_EQ(client.read_to_end(),
            std::string_view{"4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"}.size());
}

TEST(Stream, HasNoChunksForHttp10) {
  TestServer server{three_pieces};
  RawConnection client{server.port()};
  client.send(kGetOld);
  EXPECT_EQ(client.read(true).head.find("Transfer-Encoding"), std::string::npos);
  EXPECT_EQ(client.read_to_end(), std::string_view{"one two three"}.size());
}

TEST(Stream, AHeadRequestGetsTheHeadOnly) {
  TestServer server{three_pieces};
  RawConnection client{server.port()};
  client.send("HEAD / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read(true).status, 200);
  EXPECT_EQ(client.read_to_end(), 0U);
}

TEST(Stream, SeesThatItsClientHasGone) {
  Watcher watcher;
  TestServer server{watcher.handler()};
  {
    RawConnection client{server.port()};
    client.send(kGet);
    EXPECT_EQ(client.read(true).status, 200);
    ASSERT_TRUE(eventually([&] { return watcher.running.load(); }));
    EXPECT_FALSE(watcher.ended);
  }
  EXPECT_TRUE(eventually([&] { return watcher.ended.load(); }));
  EXPECT_TRUE(eventually([&] { return server.connections() == 0; }));
}

TEST(Stream, OutlivesEveryTimeoutOfTheServer) {
  Watcher watcher;
  TestServer server{
      watcher.handler(),
      {.header_timeout = 50ms, .body_timeout = 50ms, .write_timeout = 50ms, .idle_timeout = 50ms}};
  RawConnection client{server.port()};
  client.send(kGet);
  EXPECT_EQ(client.read(true).status, 200);
  EXPECT_FALSE(client.readable(400ms)) << "it was cut off";
  watcher.over = true;
  EXPECT_EQ(client.read_to_end(), std::string_view{"0\r\n\r\n"}.size());
}

TEST(Stream, ThatDoesNotEndIsCutShortByAStop) {
  Watcher watcher;
  TestServer server{watcher.handler()};
  RawConnection client{server.port()};
  client.send(kGet);
  ASSERT_TRUE(eventually([&] { return watcher.running.load(); }));
  EXPECT_FALSE(server.stop(100ms));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Stream, ASlowReaderIsDropped) {
  std::atomic<bool> refused = false;
  const Handler flood = [&refused](const Request&) -> Task<Response> {
    Response response = text_response(200, "");
    response.stream = [&refused](BodyWriter& out) -> Task<> {
      const std::string piece(64 * 1024, 'x');
      while (co_await out.write(piece)) {
      }
      refused = true;
    };
    co_return response;
  };
  TestServer server{flood, {.write_timeout = 100ms, .least_rate = 100 * 1024 * 1024}};
  RawConnection client{server.port()};
  client.set_receive_buffer(4 * 1024);
  client.send(kGet);
  EXPECT_TRUE(eventually([&] { return refused.load(); }));
}

}  // namespace
}  // namespace souk::http::testing
