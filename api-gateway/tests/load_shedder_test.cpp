#include "internal/middleware/load_shedder.hpp"

#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace souk::gateway {
namespace {

using namespace std::chrono_literals;

class LoadShedderTest : public testing::Test {
 protected:
  bool takes(http::Method method, std::string_view path) {
    try {
      const auto ticket = shedder_.admit(*routes_.find(method, path).route, now_);
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code, "overloaded");
      EXPECT_TRUE(error.retry_after);
      return false;
    }
  }
  bool takes_checkouts() { return takes(http::Method::post, "/api/v1/orders"); }
  bool takes_reads_of_orders() { return takes(http::Method::get, "/api/v1/orders"); }
  bool takes_browsing() { return takes(http::Method::get, "/api/v1/products"); }
  bool takes_logins() { return takes(http::Method::post, "/api/v1/auth/login"); }

  void refused(http::Method method, std::string_view path) {
    shedder_.refused(*routes_.find(method, path).route, now_);
  }

  RouteTable routes_;
  Metrics metrics_;
  LoadShedder shedder_{metrics_, routes_.routes()};
  LoadShedder::Instant now_{1h};
};

TEST_F(LoadShedderTest, WhatAServiceRefusedItIsNotAskedForAgainAtOnce) {
  refused(http::Method::get, "/api/v1/orders");
  EXPECT_FALSE(takes_reads_of_orders());
  EXPECT_TRUE(takes_checkouts());
  EXPECT_TRUE(takes_browsing()) << "another service";
  now_ += QueueDelay::kInterval;
  EXPECT_TRUE(takes_reads_of_orders());
}

TEST_F(LoadShedderTest, WhileCheckoutsAreRefusedNobodyBrowses) {
  refused(http::Method::post, "/api/v1/orders");
  EXPECT_FALSE(takes_checkouts());
  EXPECT_FALSE(takes_reads_of_orders());
  EXPECT_FALSE(takes_browsing());
  EXPECT_TRUE(takes_logins());
  now_ += QueueDelay::kInterval;
  EXPECT_TRUE(takes_checkouts());
  EXPECT_TRUE(takes_browsing());
}

TEST_F(LoadShedderTest, ALoopThatIsLateTakesLess) {
  boost::asio::io_context loop{1};
  LoopWatch watch{loop, shedder_};
  boost::asio::co_spawn(loop, watch.run(), boost::asio::detached);
  // Whatever the loop does takes it a third of a second.
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(300ms);
    loop.run_one();
    loop.poll();
  }
  now_ = std::chrono::steady_clock::now();
  EXPECT_FALSE(takes_browsing());
  EXPECT_TRUE(takes_checkouts());
  watch.stop();
  loop.run();
}

}  // namespace
}  // namespace souk::gateway
