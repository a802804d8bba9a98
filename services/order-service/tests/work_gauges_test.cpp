#include "internal/service/work_gauges.hpp"

#include <gmock/gmock.h>

#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class WorkGaugesTest : public ShopTest {
 protected:
  /// What a scrape shows, as looked at so much later.
  std::string shown(std::chrono::microseconds later = 0s) {
    const ManualClock then{clock.now() + later};
    run(WorkGauges{database, then, metrics}.measure());
    return metrics.text();
  }
  double oldest(std::chrono::microseconds later) {
    const auto text = shown(later);
    const std::string name = "\nsouk_checkout_oldest_seconds ";
    return std::stod(text.substr(text.find(name) + name.size()));
  }
};

TEST_F(WorkGaugesTest, NothingIsUnderWay) {
  buy(new_user());
  EXPECT_THAT(shown(), HasSubstr("souk_checkouts_open{state=\"running\"} 0\n"));
  EXPECT_EQ(oldest(1h), 0);
}

TEST_F(WorkGaugesTest, ACheckoutThatWaitsForItsCustomerIsNotStuck) {
  buy(new_user(), wish({{"mug", 1, 0}}, "tok_3ds"));
  const auto text = shown(20s);
  EXPECT_THAT(text, HasSubstr("souk_checkouts_open{state=\"waiting_for_customer\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("souk_checkouts_open{state=\"running\"} 0\n"));
  EXPECT_EQ(oldest(20s), 0);
}

TEST_F(WorkGaugesTest, TheOldestThatWeWorkOnHasAnAge) {
  buy(new_user(), wish({{"mug", 1, 0}}, "tok_3ds"));
  buy(new_user(), wish({{"pan", 1, 0}}, "tok_3ds"));
  admin("UPDATE checkouts SET act_before = now() - interval '1 s'");
  EXPECT_THAT(shown(), HasSubstr("souk_checkouts_open{state=\"running\"} 2\n"));
  EXPECT_GE(oldest(90s), 90);
  EXPECT_LT(oldest(90s), 150);
}

TEST_F(WorkGaugesTest, ACartThatNobodyTouchesIsForgotten) {
  const auto request = call(new_user());
  run(shop->carts.put(request, {"mug", 2, 0}));
  EXPECT_THAT(shown(), HasSubstr("souk_carts 1\n"));
  EXPECT_THAT(shown(2h), HasSubstr("souk_carts 0\n"));
}

}  // namespace
}  // namespace souk::order
