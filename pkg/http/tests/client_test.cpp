// What a client can know of a request that went wrong, and that it is sent no more often than it
// may.
#include "http/client.hpp"

#include <future>

#include <gtest/gtest.h>

#include "handlers.hpp"
#include "harness.hpp"
#include "http/blocking_client.hpp"
#include "scripted_server.hpp"

namespace souk::http::testing {
namespace {

using namespace std::chrono_literals;

ClientRequest charge() {
  ClientRequest request;
  request.method = Method::post;
  request.target = "/charges";
  request.body = "{}";
  return request;
}

ClientRequest within(ClientRequest request, std::chrono::milliseconds time) {
  request.deadline = std::chrono::steady_clock::now() + time;
  return request;
}

ClientError failure_of(BlockingClient& client, ClientRequest request) {
  try {
    client.request(std::move(request));
  } catch (const ClientError& error) {
    return error;
  }
  throw std::logic_error("it did not fail");
}

void serve_forever(Peer& peer) {
  while (!peer.read_request().empty()) peer.reply("ok");
}

TEST(Client, TalksToTheServer) {
  TestServer server{[](const Request& request) -> Task<Response> {
    auto response = json_response(201, request.path + "?" + request.query + " " + request.body);
    response.headers.add("X-Host", request.headers.get("Host").value_or(""));
    co_return response;
  }};
  const auto authority = "127.0.0.1:" + std::to_string(server.port());
  BlockingClient client{"http://" + authority + "/v1/"};
  const auto reply = client.send(Method::post, "/charges?x=1", R"({"a":1})");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body, R"(/v1/charges?x=1 {"a":1})");
  EXPECT_EQ(reply.headers.get("content-type"), "application/json");
  EXPECT_EQ(reply.headers.get("x-host"), authority);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.get("/").status, 201);
  EXPECT_EQ(server.connections(), 1u);  // kept
}

TEST(Client, ResolvesNames) {
  TestServer server{[](const Request&) -> Task<Response> { co_return text_response(200, "hi"); }};
  BlockingClient client{"http://localhost:" + std::to_string(server.port())};
  EXPECT_EQ(client.get("/").body, "hi");
}

TEST(Client, RefusedConnectionMeansNotSent) {
  BlockingClient client{"http://127.0.0.1:" + std::to_string(unused_port())};
  const auto error = failure_of(client, charge());
  EXPECT_EQ(error.delivery, Delivery::not_sent);
  EXPECT_EQ(error.kind, Kind::unavailable);
  EXPECT_NE(error.cause.find("connect"), std::string::npos);
  EXPECT_EQ(std::string{error.what()}.find("127.0.0.1"), std::string::npos);
}

TEST(Client, UnknownNameMeansNotSent) {
  BlockingClient client{"http://no-such-host.invalid"};
  EXPECT_EQ(failure_of(client, within(charge(), 3s)).delivery, Delivery::not_sent);
}

TEST(Client, NoTimeLeftMeansNotSent) {
  ScriptedServer server{{serve_forever}};
  BlockingClient client{server.url()};
  EXPECT_EQ(client.get("/").status, 200);
  const auto error = failure_of(client, within(charge(), -1ms));
  EXPECT_EQ(error.delivery, Delivery::not_sent);
  EXPECT_EQ(error.kind, Kind::deadline_exceeded);
}

struct Break {
  const char* name;
  ScriptedServer::Script script;
  Kind kind = Kind::unavailable;
};

void PrintTo(const Break& broken, std::ostream* out) { *out << broken.name; }

const Break kBreaks[] = {
    {"reset", [](Peer& peer) { peer.read_request(), peer.reset(); }},
    {"close", [](Peer& peer) { peer.read_request(); }},
    {"silence", [](Peer& peer) { peer.read_request(), peer.wait_for_close(); },
     Kind::deadline_exceeded},
    {"half_a_head", [](Peer& peer) { peer.read_request(), peer.send("HTTP/1.1 200 OK\r\nX"); }},
    {"half_a_body",
     [](Peer& peer) {
       peer.read_request(), peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
     }},
    {"stalled_body",
     [](Peer& peer) {
       peer.read_request(), peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
       peer.wait_for_close();
     },
     Kind::deadline_exceeded},
    {"garbage", [](Peer& peer) { peer.read_request(), peer.send("SSH-2.0-OpenSSH\r\n\r\n"); }},
    {"too_large",
     [](Peer& peer) {
       peer.read_request(), peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
     }},
    {"only_interim",
     [](Peer& peer) { peer.read_request(), peer.send("HTTP/1.1 100 Continue\r\n\r\n"); }},
    {"switching_protocols",
     [](Peer& peer) { peer.read_request(), peer.send("HTTP/1.1 101 Hello\r\n\r\n"); }},
};

class ClientOutcome : public ::testing::TestWithParam<Break> {};

// Nobody can tell whether it was done, so nobody may say that it was not; and it is sent only once.
TEST_P(ClientOutcome, IsUnknownOnceItWasSent) {
  ScriptedServer server{{GetParam().script, serve_forever}};
  BlockingClient client{server.url()};
  const auto error = failure_of(client, within(charge(), 300ms));
  EXPECT_EQ(error.delivery, Delivery::unknown) << error.cause;
  EXPECT_EQ(error.kind, GetParam().kind) << error.cause;
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(client.request(charge()).body, "ok");  // and then it works again
}

INSTANTIATE_TEST_SUITE_P(Http, ClientOutcome, ::testing::ValuesIn(kBreaks),
                         [](const auto& each) { return std::string{each.param.name}; });

/// Answers once, then drops the second request of the same connection.
void stale_connection(Peer& peer) {
  peer.read_request();
  peer.reply("first");
  peer.read_request();
  peer.reset();
}

TEST(Client, StaleConnectionIsRetriedForTheIdempotent) {
  ScriptedServer server{{stale_connection, serve_forever}};
  BlockingClient client{server.url()};
  EXPECT_EQ(client.get("/").body, "first");
  auto request = charge();
  request.idempotent = true;
  EXPECT_EQ(client.request(std::move(request)).body, "ok");
  EXPECT_EQ(server.accepted(), 2);
}

TEST(Client, StaleConnectionIsNotRetriedForOthers) {
  ScriptedServer server{{stale_connection, serve_forever}};
  BlockingClient client{server.url()};
  EXPECT_EQ(client.get("/").body, "first");
  EXPECT_EQ(failure_of(client, charge()).delivery, Delivery::unknown);
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(client.request(charge()).body, "ok");
}

TEST(Client, FreshConnectionIsNeverRetried) {
  ScriptedServer server{{[](Peer& peer) { peer.read_request(), peer.reset(); }, serve_forever}};
  BlockingClient client{server.url()};
  auto request = charge();
  request.idempotent = true;
  EXPECT_EQ(failure_of(client, std::move(request)).delivery, Delivery::unknown);
  EXPECT_EQ(server.accepted(), 1);
}

TEST(Client, TimeOutOnAKeptConnectionIsNotRetried) {
  ScriptedServer server{{[](Peer& peer) {
                           peer.read_request(), peer.reply("first");
                           peer.read_request(), peer.wait_for_close();
                         },
                         serve_forever}};
  BlockingClient client{server.url()};
  EXPECT_EQ(client.get("/").body, "first");
  auto request = within(charge(), 100ms);
  request.idempotent = true;
  EXPECT_EQ(failure_of(client, std::move(request)).kind, Kind::deadline_exceeded);
  EXPECT_EQ(server.accepted(), 1);
}

TEST(Client, ConnectionThatTheServerClosedIsNotUsed) {
  std::promise<void> close_it;
  std::promise<void> next_accepted;
  ScriptedServer server{{[&](Peer& peer) {
                           peer.read_request(), peer.reply("first");
                           close_it.get_future().get();
                         },
                         [&](Peer&) { next_accepted.set_value(); }, serve_forever}};
  BlockingClient client{server.url()};
  EXPECT_EQ(client.get("/").body, "first");
  close_it.set_value();
  BlockingClient other{server.url()};  // its connection is accepted once the first is closed
  EXPECT_THROW(other.get("/"), ClientError);
  next_accepted.get_future().get();
  EXPECT_EQ(client.request(charge()).body, "ok");  // though a POST is never sent twice
}

TEST(Client, PassesOverInterimReplies) {
  ScriptedServer server{{[](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    peer.reply("real");
  }}};
  BlockingClient client{server.url()};
  EXPECT_EQ(client.request(charge()).body, "real");
}

TEST(Client, RefusesATargetThatWouldSplitTheRequest) {
  BlockingClient client{"http://127.0.0.1:1"};
  for (const char* target : {"", "x", "/a b", "/a\r\nX: y", "http://other/"}) {
    EXPECT_THROW(client.get(target), std::invalid_argument) << target;
  }
}

/// "done", "not_sent" or "unknown".
Task<std::string> outcome_of(Client& client, ClientRequest request) {
  try {
    co_return (co_await client.request(std::move(request))).body;
  } catch (const ClientError& error) {
    co_return error.delivery == Delivery::not_sent ? "not_sent" : "unknown";
  }
}

TEST(Client, BoundsItsConnectionsAndItsQueue) {
  Gate gate;
  TestServer server{gate.handler()};
  Loops loops{1};
  ClientSettings settings;
  settings.max_connections = 2;
  settings.max_waiting = 3;
  Client client{loops.first(), "http://127.0.0.1:" + std::to_string(server.port()), settings};
  const auto start = [&](std::chrono::milliseconds time) {
    return boost::asio::co_spawn(loops.first(), outcome_of(client, within(charge(), time)),
                                 boost::asio::use_future);
  };

  std::vector<std::future<std::string>> outcomes;
  for (int i = 0; i < 4; ++i) outcomes.push_back(start(10s));  // two are sent, two wait
  ASSERT_TRUE(eventually([&] { return gate.waiting == 2; }));
  auto impatient = start(50ms);
  EXPECT_EQ(start(10s).get(), "not_sent");  // the queue is full
  EXPECT_EQ(impatient.get(), "not_sent");
  EXPECT_EQ(server.connections(), 2u);
  gate.open = true;
  for (auto& outcome : outcomes) EXPECT_EQ(outcome.get(), "done");
  EXPECT_EQ(gate.waiting, 4);
}

}  // namespace
}  // namespace souk::http::testing
