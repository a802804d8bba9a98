#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/common.pb.h"
#include "core/error.hpp"
#include "internal/middleware/cookies.hpp"
#include "internal/middleware/cors.hpp"
#include "internal/middleware/rate_limiter.hpp"
#include "internal/middleware/request_metrics.hpp"
#include "internal/middleware/response_cache.hpp"
#include "internal/server/exchange.hpp"
#include "internal/server/replies.hpp"
#include "payment/payment.pb.h"
#include "user/user.pb.h"

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, GivesTokensBackWithTime) {
  RateLimiter limiter{{2.0, 3.0}};
  auto now = RateLimiter::Instant{} + 1h;
  for (int i = 0; i < 3; ++i) limiter.take("a", now);
  try {
    limiter.take("a", now);
    FAIL() << "the burst is over";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::rate_limited);
    EXPECT_EQ(error.retry_after, 1s);
  }
  limiter.take("b", now);
  limiter.take("a", now + 500ms);
  EXPECT_THROW(limiter.take("a", now + 500ms), Error);
}

TEST(RateLimiter, IsBoundedHoweverManyKeysCome) {
  RateLimiter limiter{{0.001, 1.0}};
  const auto now = RateLimiter::Instant{} + 1h;
  int refused = 0;
  for (int i = 0; i < 200'000; ++i) {
    try {
      limiter.take(std::to_string(i), now);
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100'000);  // beyond the bound all share one bucket
}

TEST(RequestMetrics, CountsByRouteAndStatus) {
  Metrics metrics;
  RequestMetrics requests{metrics};
  Route route;
  route.method = http::Method::post;
  route.path = "/api/v1/orders/{id}/cancel";
  requests.record(&route, 200, 2ms);
  requests.record(&route, 200, 2ms);
  requests.record(&route, 404, 2ms);
  requests.record(nullptr, 404, 2ms);
  RequestMetrics::record_refused(metrics, 431);

  const auto text = metrics.text();
  const auto holds = [&](const std::string& labels, int count) {
    return text.contains(fmt::format("souk_http_requests_total{{{}}} {}", labels, count));
  };
  const std::string cancel = R"(route="POST /api/v1/orders/{id}/cancel")";
  EXPECT_TRUE(holds(cancel + R"(,status="200")", 2)) << text;
  EXPECT_TRUE(holds(cancel + R"(,status="404")", 1)) << text;
  EXPECT_TRUE(holds(R"(route="other",status="404")", 1)) << text;
  EXPECT_TRUE(holds(R"(route="refused",status="431")", 1)) << text;
  EXPECT_TRUE(text.contains("souk_http_seconds_count{" + cancel + "} 3")) << text;
}

struct CacheTest : testing::Test {
  CacheTest() { route.rule.add_dropped_by("product.changed"); }

  ResponseCache::Fetch fetch(std::string body, std::vector<std::string> values = {}) {
    return [this, body, values]() -> Task<CachedReply> {
      ++fetches;
      boost::asio::steady_timer timer{loop, 1ms};
      co_await timer.async_wait(boost::asio::use_awaitable);
      if (during_fetch) during_fetch();
      if (body == "fail") throw unavailable("no");
      CachedReply reply;
      reply.body = std::make_shared<const std::string>(body);
      reply.route = &route;
      reply.path_values = values;
      reply.expires = std::chrono::steady_clock::now() + 1min;
      co_return reply;
    };
  }

  /// Asks `count` times at once; what each got.
  std::vector<std::string> get(int count, const std::string& key, ResponseCache::Fetch how) {
    std::vector<std::string> bodies;
    const auto one = [&]() -> Task<> {
      std::string body = "failed";
      try {
        body = *(co_await cache.get(key, how))->body;
      } catch (const Error&) {
      }
      bodies.push_back(body);
    };
    for (int i = 0; i < count; ++i) boost::asio::co_spawn(loop, one, boost::asio::detached);
    loop.restart();
    loop.run();
    return bodies;
  }

  boost::asio::io_context loop{1};
  ResponseCache cache{loop.get_executor()};
  Route route;
  int fetches = 0;
  std::function<void()> during_fetch;
};

TEST_F(CacheTest, OneFetchForMany) {
  EXPECT_EQ(get(100, "k", fetch("page")), std::vector<std::string>(100, "page"));
  EXPECT_EQ(fetches, 1);
  get(1, "k", fetch("page"));
  EXPECT_EQ(fetches, 1);
}

TEST_F(CacheTest, AFailureGoesToAllWhoWaitedAndIsNotKept) {
  EXPECT_EQ(get(10, "k", fetch("fail")), std::vector<std::string>(10, "failed"));
  EXPECT_EQ(get(1, "k", fetch("page")), std::vector<std::string>{"page"});
}

TEST_F(CacheTest, AnEventDropsListsAndItsOwnPage) {
  get(1, "list", fetch("list"));
  get(1, "lamp", fetch("lamp", {"lamp"}));
  get(1, "rug", fetch("rug", {"rug"}));
  cache.drop("product.changed", {"id-1", "lamp"});
  EXPECT_EQ(cache.find("list"), nullptr);
  EXPECT_EQ(cache.find("lamp"), nullptr);
  EXPECT_NE(cache.find("rug"), nullptr);
  cache.drop("order.confirmed", {"rug"});
  EXPECT_NE(cache.find("rug"), nullptr);
}

TEST_F(CacheTest, AReplyThatAnEventOvertookIsNotKept) {
  during_fetch = [this] { cache.drop("product.changed", {"lamp"}); };
  EXPECT_EQ(get(1, "lamp", fetch("old", {"lamp"})), std::vector<std::string>{"old"});
  EXPECT_EQ(cache.find("lamp"), nullptr);
}

TEST_F(CacheTest, WhoComesAfterAnEventIsNotGivenWhatWasAskedForBefore) {
  std::vector<std::string> bodies;
  const auto ask = [&](std::string body) {
    const auto one = [](ResponseCache& from, ResponseCache::Fetch how,
                        std::vector<std::string>& into) -> Task<> {
      into.push_back(*(co_await from.get("lamp", how))->body);
    };
    boost::asio::co_spawn(loop, one(cache, fetch(std::move(body), {"lamp"}), bodies),
                          boost::asio::detached);
  };
  ask("old");
  loop.poll_one();  // it is being fetched
  cache.drop("product.changed", {"lamp"});
  ask("new");
  ask("none");
  loop.restart();
  loop.run();
  EXPECT_EQ(bodies, (std::vector<std::string>{"old", "new", "new"}));
  ASSERT_NE(cache.find("lamp"), nullptr);
  EXPECT_EQ(*cache.find("lamp")->body, "new");
}

TEST_F(CacheTest, WhatHasExpiredAlreadyIsNotKept) {
  get(1, "k", [this]() -> Task<CachedReply> {
    ++fetches;
    CachedReply reply;
    reply.body = std::make_shared<const std::string>("old");
    reply.route = &route;
    co_return reply;
  });
  get(1, "k", fetch("new"));
  EXPECT_EQ(fetches, 2);
}

TEST(Cors, OnlyConfiguredOriginsGetIn) {
  EXPECT_THROW(Cors{"*"}, Error);
  EXPECT_THROW(Cors{"null"}, Error);
  const Cors cors{"https://shop.example"};
  for (const auto& [origin, allowed] : {std::pair{"https://shop.example", true},
                                        {"https://evil.example", false},
                                        {"null", false},
                                        {"https://shop.example.evil", false}}) {
    http::Request request;
    request.headers.add("Origin", origin);
    http::Response response;
    cors.decorate(request, response);
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin").has_value(), allowed) << origin;
  }
}

TEST(Cookies, TheRefreshTokenTravelsInACookieWhereAsked) {
  const RefreshCookie cookie{"https://shop.example"};
  user::v1::LoginRequest request;
  request.set_use_cookie(true);
  user::v1::Session session;
  session.set_refresh_token("secret");
  http::Response response;
  cookie.write(request, session, response);
  EXPECT_FALSE(session.has_refresh_token());
  const std::string set{response.headers.get("Set-Cookie").value()};
  EXPECT_EQ(
      set,
      "souk_refresh=secret; Path=/api/v1/auth; Max-Age=2592000; HttpOnly; SameSite=Strict; Secure");

  http::Request http;
  http.headers.add("Cookie", "theme=dark; souk_refresh=secret");
  user::v1::RefreshRequest refresh;
  cookie.read(http, refresh);
  EXPECT_EQ(refresh.refresh_token(), "secret");

  refresh.clear_refresh_token();
  http.headers.add("Origin", "https://evil.example");
  EXPECT_THROW(cookie.read(http, refresh), Error);
}

TEST(Exchange, BelievesForwardedAddressesOfTrustedProxiesOnly) {
  http::Request request;
  request.peer_address = "10.0.0.1";
  request.headers.add("X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.0.0.2");
  EXPECT_EQ(client_address(request, {}), "10.0.0.1");
  EXPECT_EQ(client_address(request, {"10.0.0.1", "10.0.0.2"}), "1.2.3.4");
}

TEST(Exchange, AUserAgentTravelsAsFarAsMetadataCanCarryIt) {
  http::Request request;
  EXPECT_EQ(user_agent(request), "");
  request.headers.add("User-Agent", "Firefox\tü/1 " + std::string(400, 'x'));
  const auto agent = user_agent(request);
  EXPECT_EQ(agent.substr(0, 11), "Firefox/1 x");
  EXPECT_EQ(agent.size(), 256U);
}

TEST(Exchange, KeepsASaneRequestIdAndReplacesOthers) {
  SystemRandom seed;
  FastRandom random{seed};
  for (const auto& [given, kept] :
       {std::pair{"abc-1.2_3", true}, {"has space", false}, {"<script>", false}}) {
    http::Request request;
    request.headers.add("X-Request-Id", given);
    EXPECT_EQ(request_id(request, random) == given, kept) << given;
  }
  http::Request request;
  EXPECT_NE(request_id(request, random), request_id(request, random));
}

class RawBody : public ::testing::Test {
 protected:
  RawBody() {
    http_.method = http::Method::post;
    http_.headers.add("Stripe-Signature", "t=1,v1=2");
    http_.headers.add("X-User-Id", "not asked for");
  }
  payment::v1::ReceiveWebhookRequest read() {
    const auto match = routes_.find(http::Method::post, "/api/v1/payments/webhooks/stripe");
    const auto message = read_request(http_, match);
    return static_cast<const payment::v1::ReceiveWebhookRequest&>(*message);
  }

  RouteTable routes_;
  http::Request http_;
};

TEST_F(RawBody, GoesOnByteForByteWithTheHeadersThatTheRuleNames) {
  http_.body = "{ \"a\":1,\r\n\"a\": 1.0 }\xFF";
  http_.body += '\0';
  const auto request = read();
  EXPECT_EQ(request.provider(), "stripe");
  EXPECT_EQ(request.body(), http_.body);
  ASSERT_EQ(request.headers_size(), 1);
  EXPECT_EQ(request.headers().at("stripe-signature"), "t=1,v1=2");
}

TEST_F(RawBody, MayBeEmptyButNotTooLong) {
  EXPECT_EQ(read().body(), "");
  http_.body.assign(256 * 1024, 'x');
  EXPECT_EQ(read().body().size(), http_.body.size());
  http_.body += 'x';
  try {
    read();
    FAIL() << "it is too long";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::too_large);
  }
}

TEST_F(RawBody, TakesNothingFromTheQuery) {
  for (const auto* query : {"body=x", "headers=x", "provider=paypal", "a=b"}) {
    http_.query = query;
    EXPECT_THROW(read(), Error) << query;
  }
}

TEST(Replies, AnIdempotencyKeyIsVisibleAscii) {
  common::v1::Rule rule;
  rule.set_idempotency(common::v1::IDEMPOTENCY_REQUIRED);
  const auto code = [&](std::optional<std::string> key) {
    http::Request request;
    if (key) request.headers.add("Idempotency-Key", *key);
    try {
      check_idempotency_key(request, rule);
    } catch (const Error& error) {
      return error.code;
    }
    return std::string{"fine"};
  };
  EXPECT_EQ(code(std::nullopt), "idempotency_key_required");
  EXPECT_EQ(code(std::string(255, 'k')), "fine");
  EXPECT_EQ(code(std::string(256, 'k')), "invalid_idempotency_key");
  EXPECT_EQ(code("a b"), "invalid_idempotency_key");
  EXPECT_EQ(code("ä"), "invalid_idempotency_key");
}

TEST(Replies, ACachedReplyIsNotSentTwice) {
  const auto reply = make_cached("{}", Match{});
  http::Request request;
  EXPECT_EQ(from_cache(request, reply).status, 200);
  request.headers.add("If-None-Match", "\"other\", " + reply.etag);
  const auto again = from_cache(request, reply);
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.content().empty());
}

TEST(Replies, AFileThatNeverChangesIsAskedForOnce) {
  http::Response file;
  file.headers.add("Content-Type", "image/webp");
  file.body = "RIFF";
  const auto reply = make_unchanging(std::move(file), Match{});
  http::Request request;
  const auto first = from_cache(request, reply);
  EXPECT_EQ(first.headers.get("Content-Type"), "image/webp");
  EXPECT_EQ(first.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(first.content(), "RIFF");
  request.headers.add("If-None-Match", reply.etag);
  EXPECT_EQ(from_cache(request, reply).status, 304);
  EXPECT_EQ(from_cache(request, reply).headers.get("Cache-Control"),
            "public, max-age=31536000, immutable");
}

common::v1::File page(std::string name) {
  common::v1::File file;
  file.set_content_type("text/html; charset=utf-8");
  file.set_name(std::move(name));
  file.set_content("<p>\xc3\xa4</p>");
  return file;
}

TEST(Files, GoOutAsTheyAre) {
  http::Response response;
  write_reply(Route{}, {}, page("INV-1.html"), response);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "<p>\xc3\xa4</p>");
  EXPECT_EQ(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.headers.get("Content-Disposition"), "inline; filename=\"INV-1.html\"");
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  const auto policy = std::string{response.headers.get("Content-Security-Policy").value()};
  EXPECT_NE(policy.find("sandbox"), std::string::npos) << "its scripts stay dead";
  add_security_headers(response, false);
  EXPECT_EQ(response.headers.get("Content-Security-Policy"), policy) << "a page has its styles";
}

TEST(Files, HaveNamesThatFitAHeader) {
  for (const auto* name : {"", "a\r\nSet-Cookie: x", "a\"b", "../etc", "a b"}) {
    http::Response response;
    EXPECT_THROW(write_reply(Route{}, {}, page(name), response), Error) << name;
  }
}

}  // namespace
}  // namespace souk::gateway
