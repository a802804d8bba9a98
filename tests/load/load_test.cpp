#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include "checkout.hpp"
#include "core/clock.hpp"
#include "http/server.hpp"
#include "overload.hpp"

namespace souk::load {
namespace {

using namespace std::chrono_literals;

TEST(LatenciesTest, PercentilesAreNearestRank) {
  Latencies latencies;
  for (int ms = 100; ms >= 1; --ms) latencies.add(std::chrono::milliseconds{ms});
  EXPECT_EQ(latencies.percentile_ms(50), 50);
  EXPECT_EQ(latencies.percentile_ms(99), 99);
  EXPECT_EQ(latencies.percentile_ms(100), 100);
}

TEST(LatenciesTest, OfNothingAreZero) { EXPECT_EQ(Latencies{}.percentile_ms(99), 0); }

/// A stand-in for the platform on the test's own loop; `answer` makes the reply to the nth order.
class CheckoutTest : public ::testing::Test {
 protected:
  CheckoutResult run(std::function<http::Response(std::size_t)> answer, bool hot = false) {
    boost::asio::io_context loop{1};
    http::Server server{
        {&loop}, clock_, {}, [&](const http::Request& request) -> Task<http::Response> {
          note(request);
          co_return answer(orders_++);
        }};
    server.start();
    http::Client client{loop, "http://127.0.0.1:" + std::to_string(server.port())};
    Shop shop;
    for (const auto* sku : {"A", "B", "C", "D"}) shop.products.push_back({"", sku});
    shop.tokens = {"one", "two"};
    CheckoutResult result;
    std::exception_ptr failure;
    boost::asio::co_spawn(loop,
                          check_out(client, shop, {.warm_up = 50ms, .measured = 200ms, .hot = hot}),
                          [&](std::exception_ptr error, CheckoutResult came_of_it) {
                            failure = std::move(error);
                            result = std::move(came_of_it);
                            loop.stop();
                          });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return result;
  }

  std::size_t orders_ = 0;
  std::set<std::string> keys_;
  std::set<std::string> tokens_;
  std::vector<std::vector<std::string>> baskets_;

 private:
  void note(const http::Request& request) {
    keys_.emplace(request.headers.get("Idempotency-Key").value_or(""));
    tokens_.emplace(request.headers.get("Authorization").value_or(""));
    auto& basket = baskets_.emplace_back();
    for (const auto& item : boost::json::parse(request.body).at("items").as_array()) {
      basket.push_back(boost::json::value_to<std::string>(item.at("sku")));
    }
  }

  SystemClock clock_;
};

TEST_F(CheckoutTest, OnlyConfirmedOrdersCount) {
  const auto result = run([](std::size_t n) {
    switch (n % 4) {
      case 0: return http::json_response(201, R"({"status":"confirmed"})");
      case 1: return http::json_response(202, R"({"status":"pending"})");
      case 2: return http::json_response(409, R"({"code":"out_of_stock"})");
      default: return http::Response{.hang_up = true};
    }
  });
  EXPECT_GT(result.confirmed, 0U);
  EXPECT_EQ(result.latencies.count(), result.confirmed);
  EXPECT_EQ(result.sold, (orders_ + 3) / 4);
  EXPECT_LT(result.confirmed, result.sold) << "those of the warm-up do not count";
  EXPECT_GT(result.other.at("202 pending"), 0U);
  EXPECT_GT(result.other.at("409 out_of_stock"), 0U);
  EXPECT_EQ(result.other.size(), 3U) << "no reply is the third";
}

TEST_F(CheckoutTest, EveryOrderIsADifferentOneForTwoDifferentProducts) {
  const auto confirm = [](std::size_t) {
    return http::json_response(201, R"({"status":"confirmed"})");
  };
  run(confirm);
  EXPECT_EQ(keys_.size(), orders_);
  EXPECT_EQ(tokens_, (std::set<std::string>{"Bearer one", "Bearer two"}));
  std::set<std::string> skus;
  for (const auto& basket : baskets_) {
    ASSERT_EQ(basket.size(), 2U);
    EXPECT_NE(basket[0], basket[1]);
    skus.insert(basket.begin(), basket.end());
  }
  EXPECT_EQ(skus.size(), 4U);

  baskets_.clear();
  run(confirm, true);
  for (const auto& basket : baskets_) EXPECT_EQ(basket[0], "A");
}

TEST(OverloadTest, TellsWhatWasTurnedAwayFromWhatFailed) {
  boost::asio::io_context loop{1};
  SystemClock clock;
  std::size_t orders = 0;
  std::set<std::string> searches;
  http::Server server{
      {&loop}, clock, {}, [&](const http::Request& request) -> Task<http::Response> {
        if (request.method == http::Method::get) {
          EXPECT_TRUE(searches.insert(request.query).second) << "a cache might know it";
          co_return http::json_response(200, "{}");
        }
        // One of ten fails, half of the others are turned away.
        const auto number = orders++;
        if (number % 10 == 0) co_return http::json_response(500, R"({"code":"internal_error"})");
        if (number % 2 == 0) co_return http::json_response(503, R"({"code":"overloaded"})");
        co_return http::json_response(201, R"({"status":"confirmed"})");
      }};
  server.start();
  http::Client client{
      loop, "http://127.0.0.1:" + std::to_string(server.port()), {.max_connections = 64}};
  Shop shop;
  for (const auto* sku : {"A", "B"}) shop.products.push_back({"", sku});
  shop.tokens = {"one"};
  OverloadResult result;
  boost::asio::co_spawn(loop,
                        overload(client, shop,
                                 {.checkouts_per_second = 200,
                                  .browsers_per_second = 100,
                                  .lasts = 500ms,
                                  .calm_before = 1ms,
                                  .calm_after = 1ms}),
                        [&](const std::exception_ptr& failure, OverloadResult came_of_it) {
                          EXPECT_FALSE(failure);
                          result = std::move(came_of_it);
                          loop.stop();
                        });
  loop.run();
  EXPECT_GT(result.offered, 0U);
  EXPECT_EQ(result.offered, orders - 2) << "two were before and after the load";
  EXPECT_EQ(result.latencies.count() + result.shed + result.failed.at("500 internal_error"),
            result.offered);
  EXPECT_LE(result.confirmed, result.latencies.count());
  EXPECT_GT(result.shed, result.failed.at("500 internal_error"));
  EXPECT_EQ(result.pages, searches.size());
  EXPECT_NEAR(result.success(), 5.0 / 6.0, 0.05);
}

}  // namespace
}  // namespace souk::load
