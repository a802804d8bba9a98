#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "chaos/shoppers.hpp"
#include "chaos/verdict.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// What an instance finds again after it was stopped, and after it was killed in the middle of checkouts.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;

TEST(Restart, FindsItsDataAgain) {
  RunningPlatform platform{Shape::one_process};
  platform.start();
  std::string sku;
  std::string order_id;
  std::string token;
  {
    ApiClient admin{platform.url()};
    admin.log_in_as_admin();
    sku = admin.make_product(1000, 10);
    ApiClient shopper{platform.url()};
    shopper.register_account();
    token = shopper.token();
    order_id = shopper.order(sku, 3).text("id");
  }
  EXPECT_EQ(platform.stop(), 0);
  platform.start();
  ApiClient shopper{platform.url()};
  shopper.use_token(token);
  EXPECT_EQ(shopper.get("/api/v1/orders/" + order_id).text("status"), "confirmed");
  ApiClient admin{platform.url()};
  admin.log_in_as_admin();
  EXPECT_TRUE(
      eventually([&] { return admin.get("/api/v1/inventory/" + sku).number("on_hand") == 7; }));
}

TEST(Restart, TwoInstancesRunSideBySide) {
  RunningPlatform one{Shape::one_process};
  RunningPlatform two{Shape::one_process};
  one.start();
  two.start();
  EXPECT_EQ(ApiClient{one.url()}.get("/api/v1/products").status, 200);
  EXPECT_EQ(ApiClient{two.url()}.get("/api/v1/products").status, 200);
}

enum class Victim { platform, postgres };

struct Kill {
  Victim victim;
  std::chrono::milliseconds after;  ///< the first checkouts
};

/// A kill -9 at an arbitrary moment of many checkouts: of the platform's process, which is then started
/// again, or of its PostgreSQL, which comes back by itself.
class Killed : public ::testing::TestWithParam<Kill> {};

TEST_P(Killed, AfterARestartEveryOrderIsPaidOnceOrNotAtAll) {
  RunningPlatform platform{Shape::one_process, {"SOUK_RATE_LIMITS=off"}};
  platform.start();
  chaos::Recorder recorder{platform.folder() / "calls.jsonl"};
  chaos::Crowd crowd{{platform.url()},
                     recorder,
                     chaos::stock_up(platform.url(), recorder, 2, 700, 100'000),
                     {},
                     {.decline = 10, .cancel = 10, .refund = 10, .pause = 0ms}};
  crowd.start();
  std::this_thread::sleep_for(GetParam().after);
  if (GetParam().victim == Victim::platform) {
    platform.kill_9();
    crowd.go_home();
    platform.start();
  } else {
    platform.kill_9("postgres");
    std::this_thread::sleep_for(1s);  // shoppers keep coming while it is away
    crowd.go_home();
  }
  EXPECT_EQ(crowd.resolve(60s), 0U);

  const auto violations =
      chaos::verdict([&](const std::string& database) { return platform.database_url(database); },
                     platform.mail_folder(), recorder, 60s);
  EXPECT_TRUE(violations.empty()) << chaos::report(violations);
  const auto calls = recorder.calls();
  EXPECT_TRUE(std::ranges::any_of(calls, [](const auto& call) {
    return call.what == "buy" && call.outcome == chaos::Outcome::ok;
  })) << "nobody bought anything";
}

// Moments at random; more of them in the chaos suite.
INSTANTIATE_TEST_SUITE_P(Platform, Killed,
                         ::testing::Values(Kill{Victim::platform, 300ms},
                                           Kill{Victim::platform, 700ms},
                                           Kill{Victim::platform, 1100ms}));
INSTANTIATE_TEST_SUITE_P(Postgres, Killed, ::testing::Values(Kill{Victim::postgres, 500ms}));

}  // namespace
}  // namespace souk::testing
