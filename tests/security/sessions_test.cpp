// Identity: sessions that ended, what belongs to others, and what a login gives away.
#include <algorithm>
#include <chrono>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "methods.hpp"
#include "world.hpp"

namespace souk::testing::bad_inputs {
namespace {

std::string bearer(const boost::json::object& session) {
  return fmt::format("Authorization: Bearer {}\r\n",
                     std::string{session.at("access_token").as_string()});
}

RawReply send(std::string_view method, std::string_view target, std::string_view body,
              std::string_view headers = "") {
  return world().exchange(world().request(Caller::visitor, method, target, body, headers));
}

RawReply profile(const boost::json::object& session) {
  return send("GET", "/api/v1/users/profile", "", bearer(session));
}

RawReply refresh(std::string_view token) {
  return send("POST", "/api/v1/auth/refresh", fmt::format(R"({{"refresh_token":"{}"}})", token));
}
RawReply refresh(const boost::json::object& session) {
  return refresh(std::string_view{session.at("refresh_token").as_string()});
}

TEST(Sessions, ALogoutEndsItsTokensAtOnce) {
  const auto session = world().new_session();
  ASSERT_EQ(profile(session).status, 200);
  EXPECT_EQ(send("POST", "/api/v1/auth/logout", "{}", bearer(session)).status, 204);
  expect_problem(profile(session), 401, "invalid_token");
  expect_problem(refresh(session), 401, "invalid_refresh_token");
}

TEST(Sessions, AChangedPasswordEndsThemAll) {
  const auto here = world().new_session();
  const std::string email{here.at("user").at("email").as_string()};
  const auto log_in = [&](std::string_view password) {
    return send("POST", "/api/v1/auth/login",
                fmt::format(R"({{"email":"{}","password":"{}"}})", email, password));
  };
  const auto elsewhere = json_of(log_in("correct horse battery")).as_object();
  const auto changed =
      send("POST", "/api/v1/auth/password",
           R"({"current_password":"correct horse battery","new_password":"another horse"})",
           bearer(here));
  ASSERT_EQ(changed.status, 200) << changed.body;
  for (const auto& old : {here, elsewhere}) {
    EXPECT_TRUE(eventually([&] { return profile(old).status == 401; }, std::chrono::seconds{5}));
    expect_problem(profile(old), 401, "invalid_token");
    expect_problem(refresh(old), 401, "invalid_refresh_token");
  }
  expect_problem(log_in("correct horse battery"), 401, "invalid_credentials");
  EXPECT_EQ(log_in("another horse").status, 200);
  EXPECT_EQ(profile(json_of(changed).as_object()).status, 200);
}

TEST(Sessions, AWrongCurrentPasswordChangesNothing) {
  const auto session = world().new_session();
  const auto refused = send(
      "POST", "/api/v1/auth/password",
      R"({"current_password":"guessed horse","new_password":"another horse"})", bearer(session));
  expect_problem(refused, 401, "invalid_credentials");
  EXPECT_EQ(profile(session).status, 200);
}

TEST(Sessions, AReusedRefreshTokenEndsTheSession) {
  const auto first = world().new_session();
  const auto renewed = refresh(first);
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  const auto second = json_of(renewed).as_object();
  expect_problem(refresh(first), 401, "invalid_refresh_token");
  expect_problem(refresh(second), 401, "invalid_refresh_token");
  expect_problem(profile(first), 401, "invalid_token");
  expect_problem(profile(second), 401, "invalid_token");
}

TEST(Sessions, OnlyARefreshTokenRefreshes) {
  const auto session = world().new_session();
  expect_problem(refresh(std::string_view{session.at("access_token").as_string()}.substr(0, 500)),
                 401, "invalid_refresh_token");
  expect_problem(refresh("garbage"), 401, "invalid_refresh_token");
  expect_problem(refresh(""), 401, "invalid_refresh_token");
  expect_problem(refresh(R"(a\u0000b)"), 422, "validation_failed");
  EXPECT_EQ(profile(session).status, 200);
}

TEST(Sessions, ADisabledAccountIsOut) {
  const auto session = world().new_session();
  const std::string id{session.at("user").at("id").as_string()};
  EXPECT_EQ(world().admin().post("/api/v1/users/" + id + "/disable", boost::json::object{}).status,
            200);
  EXPECT_TRUE(eventually([&] { return profile(session).status == 401; }, std::chrono::seconds{5}));
  expect_problem(refresh(session), 401, "invalid_refresh_token");
}

TEST(Others, AnothersOrderIsAsAbsentAsNone) {
  auto& shop = world();
  const auto before = shop.state();
  const auto ask = [&](std::string_view method, const std::string& target, std::string_view body) {
    auto reply = shop.exchange(shop.request(Caller::shopper, method, target, body));
    expect_problem(reply, 404, "not_found");
    auto problem = json_of(reply);
    problem.as_object().erase("instance");
    problem.as_object().erase("trace_id");
    return boost::json::serialize(problem);
  };
  const auto theirs = shop.fill("/api/v1/orders/{strangers_order}");
  const std::string nobodys = "/api/v1/orders/00000000-0000-7000-8000-00000000dead";
  EXPECT_EQ(ask("GET", theirs, ""), ask("GET", nobodys, ""));
  EXPECT_EQ(ask("POST", theirs + "/cancel", "{}"), ask("POST", nobodys + "/cancel", "{}"));
  EXPECT_EQ(ask("DELETE", shop.fill("/api/v1/users/addresses/{strangers_address}"), ""),
            ask("DELETE", "/api/v1/users/addresses/00000000-0000-7000-8000-00000000dead", ""));
  EXPECT_EQ(shop.state(), before);
}

// The body is no JSON: authorization is decided before anyone looks at it.
TEST(Others, EveryRouteThatIsNotForAllSaysSoFirst) {
  auto& shop = world();
  const auto before = shop.state();
  int staff_routes = 0;
  for (const auto& method : all_methods()) {
    if (method.http_path.empty() || method.access == common::v1::ACCESS_PUBLIC) continue;
    SCOPED_TRACE(method.path);
    const std::string_view body = method.http_method == "GET" ? "" : "{";
    expect_problem(send(method.http_method, method.http_path, body), 401, "unauthenticated");
    if (method.access == common::v1::ACCESS_USER) continue;
    expect_problem(
        shop.exchange(shop.request(Caller::guest, method.http_method, method.http_path, body)), 403,
        "forbidden");
    if (method.access == common::v1::ACCESS_REGISTERED) continue;
    ++staff_routes;
    expect_problem(
        shop.exchange(shop.request(Caller::shopper, method.http_method, method.http_path, body)),
        403, "forbidden");
  }
  EXPECT_GE(staff_routes, 15);
  EXPECT_EQ(shop.state(), before);
}

struct Guess {
  std::string answer;
  std::chrono::steady_clock::duration took;
};

Guess guess(const std::string& email) {
  const auto started = std::chrono::steady_clock::now();
  const auto reply = send("POST", "/api/v1/auth/login",
                          fmt::format(R"({{"email":"{}","password":"wrong horse"}})", email));
  const auto took = std::chrono::steady_clock::now() - started;
  expect_problem(reply, 401, "invalid_credentials");
  auto problem = json_of(reply);
  problem.as_object().erase("trace_id");
  return {boost::json::serialize(problem), took};
}

TEST(Login, SaysNothingOfWhoHasAnAccount) {
  const std::string known{world().new_session().at("user").at("email").as_string()};
  std::vector<std::chrono::steady_clock::duration> with, without;
  for (int i = 0; i < 15; ++i) {  // in turn, so that a busy machine slows both
    const auto one = guess(known);
    const auto other = guess(ApiClient::unique_email());
    EXPECT_EQ(one.answer, other.answer);
    with.push_back(one.took);
    without.push_back(other.took);
  }
  std::ranges::nth_element(with, with.begin() + 7);
  std::ranges::nth_element(without, without.begin() + 7);
  // Hashing takes tens of milliseconds; an answer without it would take one or two.
  EXPECT_LT(with[7], without[7] * 2);
  EXPECT_LT(without[7], with[7] * 2);
}

TEST(Login, TakesSqlAndControlCharactersLiterally) {
  for (const auto* email : {"' OR '1'='1", "admin@souk.local' --", "admin@souk.local%"})
    guess(email);
  for (const auto* email : {R"(admin@souk.local\u0000)", R"(\u0000)"}) {
    const auto body = fmt::format(R"({{"email":"{}","password":"souk-demo-admin"}})", email);
    expect_problem(send("POST", "/api/v1/auth/login", body), 422, "validation_failed");
  }
}

}  // namespace
}  // namespace souk::testing::bad_inputs
