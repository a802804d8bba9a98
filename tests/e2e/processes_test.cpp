#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// `souk up --processes --replicas 2`: what dies comes back by itself, what is asked to restart does.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;

class ProcessesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    platform_.start();
    ApiClient admin{platform_.url()};
    admin.log_in_as_admin();
    sku_ = admin.make_product(1000, 1000);
    ApiClient shopper{platform_.url()};
    shopper.register_account();
    token_ = shopper.token();
  }

  /// One key, asked until it is answered, at the gateways in turn. No where the payment was given up,
  /// because the provider was away: that is this key's answer for good.
  bool sells() {
    const auto key = ApiClient::unique_key();
    int status = 0;
    const auto answered = [&] {
      for (const auto& url : platform_.urls()) {
        try {
          ApiClient client{url};
          client.use_token(token_);
          status = client.order(sku_, 1, "tok_visa", key).status;
        } catch (const http::ClientError&) {
          // The next one, or later.
        }
        if (status == 201 || status == 402) return true;
      }
      return false;
    };
    return eventually(answered, 60s) && status == 201;
  }

  std::map<std::string, int> pids() const {
    std::map<std::string, int> all;
    for (const auto& name : platform_.processes()) all[name] = platform_.pid_of(name);
    return all;
  }

  RunningPlatform platform_{Shape::replicas, {"SOUK_RATE_LIMITS=off"}};
  std::string sku_;
  std::string token_;  // of a shopper
};

TEST_F(ProcessesTest, WhatDiesComesBack) {
  EXPECT_EQ(platform_.processes().size(), 18U)
      << "three servers, the provider, seven programs twice";
  for (const std::string victim :
       {"order-service-1", "api-gateway-2", "sandbox-provider", "redis", "rabbitmq", "postgres"}) {
    const int before = platform_.pid_of(victim);
    platform_.kill_9(victim);
    EXPECT_TRUE(eventually(
        [&] {
          const int now = platform_.pid_of(victim);
          return now != 0 && now != before;
        },
        60s))
        << victim;
    EXPECT_TRUE(eventually([&] { return sells(); }, 60s)) << "after the death of " << victim;
  }
}

TEST_F(ProcessesTest, ARestartTakesOneAfterTheOther) {
  const auto listed = platform_.souk({"ps"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_NE(listed.out.find("inventory-service-2"), std::string::npos) << listed.out;

  const auto before = pids();
  const auto ended = platform_.souk({"restart", "order", "user-service-2"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out,
            "order-service-1 restarted\nuser-service-2 restarted\norder-service-2 restarted\n");
  for (const auto& [name, pid] : pids()) {
    const bool meant = name.starts_with("order-service") || name == "user-service-2";
    EXPECT_EQ(pid != before.at(name), meant) << name;
  }
  EXPECT_TRUE(sells());

  const auto unknown = platform_.souk({"restart", "absent"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.err.find("souk ps lists what runs"), std::string::npos) << unknown.err;
}

}  // namespace
}  // namespace souk::testing
