#include "apps/souk/import/shop_api.hpp"

#include <deque>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/server.hpp"
#include "testing/run.hpp"

namespace souk::app {
namespace {

using namespace std::chrono_literals;

/// A shop that answers with a script, the last line of it again and again.
class ShopApiTest : public ::testing::Test {
 protected:
  struct Seen {
    std::string path;
    std::string key;
    std::string token;
  };

  ShopApiTest() { server_.start(); }
  ~ShopApiTest() override { ::souk::testing::run(loop_, server_.stop(1s)); }

  static http::Response answer(int status, std::string body = "{}", std::string retry_after = {}) {
    auto response = http::json_response(status, std::move(body));
    if (!retry_after.empty()) response.headers.add("Retry-After", retry_after);
    return response;
  }

  ApiReply post(std::chrono::milliseconds patience = 10s, std::function<void()> on_limit = [] {}) {
    ShopApi api{loop_,
                fmt::format("http://127.0.0.1:{}", server_.port()),
                {.patience = patience, .pause = 1ms, .on_rate_limit = std::move(on_limit)}};
    return ::souk::testing::run(loop_, api.post("/orders", {{"a", 1}}, "token", "key"));
  }

  std::deque<http::Response> script_;
  std::vector<Seen> seen_;

 private:
  Task<http::Response> handle(const http::Request& request) {
    seen_.push_back({request.path, std::string{request.headers.get("Idempotency-Key").value_or("")},
                     std::string{request.headers.get("Authorization").value_or("")}});
    auto response = script_.front();
    if (script_.size() > 1) script_.pop_front();
    co_return response;
  }

  boost::asio::io_context loop_{1};
  SystemClock clock_;
  http::Server server_{
      {&loop_}, clock_, {}, [this](const http::Request& request) { return handle(request); }};
};

TEST_F(ShopApiTest, ReadsTheReply) {
  auto stored = answer(201, R"({"status":"confirmed"})");
  stored.headers.add("Idempotent-Replayed", "true");
  script_ = {stored};
  const auto reply = post();
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.text("status"), "confirmed");
  EXPECT_EQ(reply.text("absent"), "");
  EXPECT_TRUE(reply.replayed);
  ASSERT_EQ(seen_.size(), 1U);
  EXPECT_EQ(seen_[0].path, "/api/v1/orders");
  EXPECT_EQ(seen_[0].key, "key");
  EXPECT_EQ(seen_[0].token, "Bearer token");
}

TEST_F(ShopApiTest, AsksAgainForWhatIsNoAnswerYet) {
  script_ = {answer(503, "{}", "0"), answer(409, R"({"code":"idempotency_in_progress"})"),
             answer(202, R"({"status":"pending"})"), answer(201)};
  EXPECT_EQ(post().status, 201);
  ASSERT_EQ(seen_.size(), 4U);
  for (const auto& seen : seen_) EXPECT_EQ(seen.key, "key") << "always the same";
}

TEST_F(ShopApiTest, AConflictIsAnAnswer) {
  script_ = {answer(409, R"({"code":"out_of_stock"})")};
  EXPECT_EQ(post().text("code"), "out_of_stock");
  EXPECT_EQ(seen_.size(), 1U);
}

TEST_F(ShopApiTest, HonoursRetryAfterBeyondItsPatience) {
  script_ = {answer(429, "{}", "1"), answer(429, "{}", "0"), answer(201)};
  int warned = 0;
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(post(0ms, [&] { ++warned; }).status, 201);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 1s);
  EXPECT_EQ(warned, 1) << "once is enough";
}

TEST_F(ShopApiTest, PatienceEnds) {
  script_ = {answer(503)};
  EXPECT_EQ(post(20ms).status, 503);
  EXPECT_GT(seen_.size(), 1U);
}

TEST_F(ShopApiTest, AHangUpIsTriedAgain) {
  auto gone = answer(500);
  gone.hang_up = true;
  script_ = {gone, gone, gone, answer(201)};
  EXPECT_EQ(post().status, 201);
}

TEST_F(ShopApiTest, AShopThatStaysAwayIsAnError) {
  auto gone = answer(500);
  gone.hang_up = true;
  script_ = {gone};
  EXPECT_THROW(post(20ms), http::ClientError);
}

}  // namespace
}  // namespace souk::app
