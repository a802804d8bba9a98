#include "http/server.hpp"

#include <gtest/gtest.h>

#include "handlers.hpp"
#include "harness.hpp"

namespace souk::http::testing {
namespace {

using namespace std::chrono_literals;

TEST(Server, KeepsTheConnection) {
  TestServer server{echo};
  RawConnection client{server.port()};
  for (int i = 0; i < 3; ++i) {
    client.send(kGet);
    const auto reply = client.read();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "GET /hello?a=b ");
    EXPECT_TRUE(reply.has("X-Peer: 127.0.0.1"));
    EXPECT_EQ(reply.head.find("Connection:"), std::string::npos);
  }
  EXPECT_EQ(server.connections(), 1u);
}

TEST(Server, ClosesWhenAsked) {
  TestServer server{echo};
  RawConnection client{server.port()};
  client.send("GET / HTTP/1.1\r\nHost: shop\r\nConnection: foo, Close\r\n\r\n");
  EXPECT_TRUE(client.read().has("Connection: close"));
  EXPECT_TRUE(client.closed_by_peer());
}

TEST(Server, Http10ClosesUnlessAsked) {
  TestServer server{echo};
  RawConnection plain{server.port()};
  plain.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(plain.read().has("Connection: close"));
  EXPECT_TRUE(plain.closed_by_peer());

  RawConnection kept{server.port()};
  for (int i = 0; i < 2; ++i) {
    kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(kept.read().has("Connection: keep-alive"));
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server{echo};
  RawConnection client{server.port()};
  client.send(
      "GET /1 HTTP/1.1\r\nHost: shop\r\n\r\n"
      "POST /2 HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhello"
      "POST /3 HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      "GET /4 HTTP/1.1\r\nHost: shop\r\n\r\n");
  EXPECT_EQ(client.read().body, "GET /1? ");
  EXPECT_EQ(client.read().body, "POST /2? hello");
  EXPECT_EQ(client.read().body, "POST /3? abc");
  EXPECT_EQ(client.read().body, "GET /4? ");
}

TEST(Server, TakesARequestByteByByte) {
  TestServer server{echo};
  RawConnection client{server.port()};
  for (const std::string_view request :
       {"POST /x HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nX: y\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: shop\r\nContent-Length: 19\r\n\r\nabc0123456789abcdef"}) {
    for (const char byte : request) client.send({&byte, 1});
    EXPECT_EQ(client.read().body, "POST /x? abc0123456789abcdef");
  }
}

TEST(Server, AnswersHeadWithoutABody) {
  TestServer server{echo};
  RawConnection client{server.port()};
  client.send("HEAD /hello HTTP/1.1\r\nHost: shop\r\n\r\n");
  EXPECT_TRUE(client.read(true).has("Content-Length: 12"));  // "GET /hello? "
  client.send(kGet);
  EXPECT_EQ(client.read().body, "GET /hello?a=b ");  // nothing stood between
}

TEST(Server, SendsNoBodyWhereThereCanBeNone) {
  TestServer server{[](const Request& request) -> Task<Response> {
    Response response;
    response.status = request.path == "/204" ? 204 : 304;
    response.body = "never sent";
    co_return response;
  }};
  RawConnection client{server.port()};
  for (const int status : {204, 304, 204}) {
    client.send("GET /" + std::to_string(status) + " HTTP/1.1\r\nHost: shop\r\n\r\n");
    const auto reply = client.read();
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.head.find("Content-Length"), std::string::npos);
  }
}

TEST(Server, SendsSharedBodiesAndTheDate) {
  const auto page = std::make_shared<const std::string>(std::string(3'000'000, 'p'));
  TestServer server{[page](const Request&) -> Task<Response> {
    Response response;
    response.shared_body = page;
    co_return response;
  }};
  RawConnection client{server.port()};
  client.send(kGet);
  const auto reply = client.read();
  EXPECT_EQ(reply.body, *page);
  const auto date = reply.head.find("\r\nDate: ");
  ASSERT_NE(date, std::string::npos);
  EXPECT_EQ(reply.head.substr(date + 33, 6), " GMT\r\n") << reply.head;
}

TEST(Server, InvitesABodyThatIsWelcome) {
  TestServer server{echo};
  RawConnection client{server.port()};
  client.send("POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read().body, "POST /? hello");
}

TEST(Server, DoesNotInviteABodyThatIsTooLarge) {
  TestServer server{echo};
  RawConnection client{server.port()};
  client.send(
      "POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 413);
}

TEST(Server, RefusesABareLineFeedAtOnce) {
  TestServer server{echo};
  RawConnection client{server.port()};
  client.send("GET / HTTP/1.1\nHost: shop\n\n");  // and nothing more: who sends this now waits
  EXPECT_EQ(client.read().status, 400);
}

TEST(Server, AsksForTheBodyLimitOfEachRequest) {
  ServerSettings settings;
  settings.body_limit = [](const Request& head) -> std::size_t {
    const bool known = head.headers.get("Authorization") == "Bearer good";
    return known && head.method == Method::put && head.path == "/images" ? 2'000'000 : 10;
  };
  TestServer server{echo, settings};
  const std::string head = " HTTP/1.1\r\nHost: shop\r\nContent-Length: 1500000\r\n\r\n";
  RawConnection large{server.port()};
  const std::string known = " HTTP/1.1\r\nAuthorization: Bearer good" + head.substr(9);
  large.send("PUT /images" + known + std::string(1'500'000, 'i'));
  EXPECT_EQ(large.read().status, 200);
  RawConnection unknown{server.port()};
  unknown.send("PUT /images" + head);
  EXPECT_EQ(unknown.read().status, 413);
  RawConnection small{server.port()};
  small.send("PUT /other" + head);
  EXPECT_EQ(small.read().status, 413);
}

TEST(Server, TurnsExceptionsIntoProblems) {
  TestServer server{[](const Request& request) -> Task<Response> {
    if (request.path == "/error") throw not_found("order");
    if (request.path == "/busy") throw unavailable("Busy.", 7s);
    throw std::runtime_error("password=secret");
  }};
  RawConnection client{server.port()};
  const auto ask = [&client](const std::string& path) {
    client.send("GET " + path + " HTTP/1.1\r\nHost: shop\r\n\r\n");
    return client.read();
  };
  const auto missing = ask("/error");
  EXPECT_EQ(missing.status, 404);
  EXPECT_NE(missing.body.find(R"("instance":"/error")"), std::string::npos);
  EXPECT_TRUE(ask("/busy").has("Retry-After: 7"));
  const auto internal = ask("/bug");
  EXPECT_EQ(internal.status, 500);
  EXPECT_NE(internal.body.find("internal_error"), std::string::npos);
  EXPECT_EQ(internal.body.find("secret"), std::string::npos);
  EXPECT_EQ(ask("/error").status, 404);  // the connection goes on
}

TEST(Server, LetsTheOwnerMakeErrorReplies) {
  ServerSettings settings;
  settings.error_reply = [](const Request&, const Error& error, int status) {
    auto response = text_response(status, error.code + ": " + error.detail);
    response.headers.add("X-Request-Id", "7");
    return response;
  };
  TestServer server{[](const Request&) -> Task<Response> { throw std::runtime_error("why"); },
                    settings};
  RawConnection client{server.port()};
  client.send(kGet);
  EXPECT_EQ(client.read().body, "internal_error: why");
  client.send("nonsense\r\n\r\n");
  EXPECT_TRUE(client.read().has("X-Request-Id: 7"));
}

}  // namespace
}  // namespace souk::http::testing
