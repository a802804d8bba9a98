#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;
using Death = MortalProvider::Death;

class VoidTest : public PaymentTest {
 protected:
  OrderId left_pending(Death death) {
    const auto order = new_order();
    provider->die(death);
    EXPECT_THROW(charge(order), Killed);
    provider->die(Death::none);
    return order;
  }
};

TEST_F(VoidTest, BeforeAnyChargeMakesTheChargeComeTooLate) {
  const auto order = new_order();
  EXPECT_EQ(void_order(order).status, voided);
  EXPECT_EQ(charge(order).status, voided);
  EXPECT_TRUE(ledger().empty());
}

TEST_F(VoidTest, APendingChargeThatNeverArrivedIsEnded) {
  const auto order = left_pending(Death::before);
  EXPECT_EQ(void_order(order).status, voided);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 0);
  EXPECT_TRUE(ledger().empty());
}

TEST_F(VoidTest, APendingChargeThatTurnsOutPaidIsRefunded) {
  const auto order = left_pending(Death::after);
  EXPECT_EQ(void_order(order).status, refunded);
  EXPECT_EQ(ledger().size(), 1U);
  EXPECT_EQ(money_at_provider(), 0);
}

TEST_F(VoidTest, APaidOneIsRefundedInFullOnce) {
  const auto order = new_order();
  charge(order);
  refund(RefundId{ids.next()}, order, 500);
  EXPECT_EQ(void_order(order).status, refunded);
  EXPECT_EQ(void_order(order).status, refunded);
  EXPECT_EQ(money_at_provider(), 0);
}

TEST_F(VoidTest, ADeclinedOneStaysDeclined) {
  const auto order = new_order();
  charge(order, "tok_declined");
  EXPECT_EQ(void_order(order).status, declined);
}

TEST_F(VoidTest, WhileTheProviderIsAwayNothingIsClaimed) {
  const auto order = left_pending(Death::after);
  gate->cut(true);
  EXPECT_THROW(void_order(order), Error);
  EXPECT_EQ(stored(order).status, pending);
  gate->cut(false);
  EXPECT_EQ(void_order(order).status, refunded);
  EXPECT_EQ(money_at_provider(), 0);
}

TEST_F(VoidTest, AgainstAChargeInFlightTheMoneyEndsWhereTheStatusSays) {
  for (int i = 0; i < 20; ++i) {
    const auto order = new_order();
    std::vector<Task<Payment>> both;
    both.push_back(charging(call(), order));
    both.push_back(voiding(call(), order));
    testing::run_all(loop, std::move(both));
    // declined: the charge came second and found its key ended, and was first to say so here.
    EXPECT_THAT(stored(order).status, ::testing::AnyOf(voided, refunded, declined));
    EXPECT_EQ(money_at_provider(), 0);
  }
}

}  // namespace
}  // namespace souk::payment
