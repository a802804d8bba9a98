#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;
using Death = MortalProvider::Death;

class RefundTest : public PaymentTest {
 protected:
  void SetUp() override {
    PaymentTest::SetUp();
    order = new_order();
    charge(order, "tok_visa", 1000);
  }
  RefundId new_refund() { return RefundId{ids.next()}; }
  std::string refusal(RefundId id, std::int64_t amount) {
    try {
      refund(id, order, amount);
      return "";
    } catch (const Error& error) {
      return error.code;
    }
  }
  Task<bool> try_refunding(RefundId id, std::int64_t amount) {
    try {
      co_await refunding(call(), id, order, amount);
      co_return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code, "refund_exceeds_capture");
      co_return false;
    }
  }
  OrderId order;
};

TEST_F(RefundTest, InPartsThenInFull) {
  EXPECT_EQ(refund(new_refund(), order, 400).status, RefundStatus::succeeded);
  EXPECT_EQ(stored(order).status, partially_refunded);
  EXPECT_EQ(refund(new_refund(), order, 600).status, RefundStatus::succeeded);
  EXPECT_EQ(stored(order).status, refunded);
  EXPECT_EQ(stored(order).refunded_minor, 1000);
  EXPECT_EQ(money_at_provider(), 0);
  EXPECT_EQ(refusal(new_refund(), 1), "refund_exceeds_capture");
}

TEST_F(RefundTest, OncePerId) {
  const auto id = new_refund();
  refund(id, order, 400);
  EXPECT_EQ(refund(id, order, 400).status, RefundStatus::succeeded);
  EXPECT_EQ(money_at_provider(), 600);
  EXPECT_EQ(refusal(id, 300), "refund_mismatch");
}

TEST_F(RefundTest, OncePerIdHoweverManyAskAtOnce) {
  const auto id = new_refund();
  std::vector<Task<Refund>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(refunding(call(), id, order, 400));
  for (const auto& refund : testing::run_all(loop, std::move(tasks))) {
    EXPECT_EQ(refund.status, RefundStatus::succeeded);
  }
  EXPECT_EQ(stored(order).refunded_minor, 400);
  EXPECT_EQ(stored(order).refunding_minor, 0);
  EXPECT_EQ(money_at_provider(), 600);
}

TEST_F(RefundTest, NothingButWhatWasCaptured) {
  EXPECT_EQ(refusal(new_refund(), 1001), "refund_exceeds_capture");
  EXPECT_EQ(refusal(new_refund(), 0), "validation_failed");
  EXPECT_EQ(refusal(new_refund(), -5), "validation_failed");
  order = new_order();
  EXPECT_EQ(refusal(new_refund(), 5), "not_found");
  charge(order, "tok_declined");
  EXPECT_EQ(refusal(new_refund(), 5), "payment_not_captured");
}

TEST_F(RefundTest, ParallelRefundsNeverExceedTheCapture) {
  std::vector<Task<bool>> tasks;
  for (int i = 0; i < 30; ++i) tasks.push_back(try_refunding(new_refund(), 150));
  int made = 0;
  for (const bool ok : testing::run_all(loop, std::move(tasks))) made += ok;
  EXPECT_EQ(made, 6);
  EXPECT_EQ(stored(order).refunded_minor, 900);
  EXPECT_EQ(money_at_provider(), 100);
}

TEST_F(RefundTest, TheSchemaItselfRefusesMoreThanWasCaptured) {
  constexpr database::Query kTooMuch{
      "test.too_much", "UPDATE payments SET refunding_minor = 1001 WHERE order_id = $1"};
  try {
    run(database.query(testing::scope(), kTooMuch, order));
    FAIL() << "the constraint is missing";
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "refund_exceeds_capture");
  }
}

class BrokenRefundTest : public RefundTest, public ::testing::WithParamInterface<Fault> {};

TEST_P(BrokenRefundTest, OneRefundHoweverItBroke) {
  gate->break_next(GetParam());
  EXPECT_EQ(refund(new_refund(), order, 400).status, RefundStatus::succeeded);
  EXPECT_EQ(money_at_provider(), 600);
}

INSTANTIATE_TEST_SUITE_P(Faults, BrokenRefundTest,
                         ::testing::Values(Fault::hang_up_before, Fault::error_before,
                                           Fault::stall_after, Fault::hang_up_after,
                                           Fault::error_after, Fault::duplicate));

TEST_F(RefundTest, AnUnknownOutcomeIsPendingUntilTheJobKnows) {
  const auto id = new_refund();
  gate->cut(true);
  EXPECT_EQ(refund(id, order, 400).status, RefundStatus::pending);
  EXPECT_EQ(stored(order).refunding_minor, 400);
  EXPECT_EQ(refusal(new_refund(), 601), "refund_exceeds_capture")
      << "what is under way is spoken for";
  gate->cut(false);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  EXPECT_EQ(events("payment.refund_settled"), 1);
  EXPECT_EQ(stored(order).refunded_minor, 400);
  EXPECT_EQ(stored(order).refunding_minor, 0);
  EXPECT_EQ(refund(id, order, 400).status, RefundStatus::succeeded);
  EXPECT_EQ(money_at_provider(), 600);
}

TEST_F(RefundTest, KilledBeforeOrAfterTheProviderItIsOneRefund) {
  for (const auto death : {Death::before, Death::after}) {
    provider->die(death);
    EXPECT_THROW(refund(new_refund(), order, 100), Killed);
    provider->die(Death::none);
    EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  }
  EXPECT_EQ(stored(order).refunded_minor, 200);
  EXPECT_EQ(money_at_provider(), 800);
}

TEST_F(RefundTest, ARefusalFreesTheAmountAgain) {
  // Somebody has refunded at the provider, past us.
  run(adapter->refund({.idempotency_key = "by-hand",
                       .charge_reference = stored(order).provider_reference,
                       .amount = usd(800)},
                      std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  const auto id = new_refund();
  EXPECT_EQ(refusal(id, 400), "refund_refused");
  EXPECT_EQ(refusal(id, 400), "refund_refused") << "and stays so";
  EXPECT_EQ(stored(order).refunding_minor, 0);
  EXPECT_EQ(stored(order).status, captured);
}

}  // namespace
}  // namespace souk::payment
