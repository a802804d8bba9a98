#include "services/payment-service/tests/stripe_fixture.hpp"

namespace souk::payment {
namespace {

/// The adapter alone, against a strict Stripe.
class StripeProviderTest : public StripeTest {
 protected:
  ChargeOrder order(std::string token = "pm_card_visa", Money amount = usd(1999)) {
    return {.idempotency_key = PaymentId{ids.next()}.str(),
            .amount = amount,
            .token = std::move(token),
            .order_reference = "order-1",
            .return_url = "https://shop.test/back?order=1"};
  }
  ProviderRef prepare(const ChargeOrder& order) {
    return {order.idempotency_key, run(stripe->prepare(order, soon())).value().reference};
  }
  ProviderCharge pay(const ChargeOrder& order) {
    return run(stripe->charge(prepare(order), order, soon())).value();
  }
};

TEST_F(StripeProviderTest, PreparingMovesNothing) {
  const auto what = order();
  const auto ref = prepare(what);
  EXPECT_EQ(prepare(what).reference, ref.reference) << "the same key is the same intent";
  EXPECT_EQ(fake.only().status, "requires_payment_method");
  EXPECT_EQ(fake.only().metadata.at("payment_id"), what.idempotency_key);
  EXPECT_EQ(fake.money(), 0);
  EXPECT_FALSE(run(stripe->find(ref, soon())).value()) << "nobody has asked for the money";
}

TEST_F(StripeProviderTest, ChargesInStripesUnits) {
  EXPECT_EQ(pay(order("pm_card_visa", usd(1999))).state, ChargeState::captured);
  EXPECT_EQ(pay(order("tok_visa", {500, Currency::from("JPY")})).captured_minor, 500);
  EXPECT_EQ(pay(order("pm_card_visa", {1230, Currency::from("KWD")})).captured_minor, 1230);
  EXPECT_EQ(fake.money(), 1999 + 500 + 1230);
  const auto impossible =
      run(stripe->prepare(order("tok_visa", {1234, Currency::from("KWD")}), soon()));
  EXPECT_EQ(impossible.value().decline_code, kMethodNotPossible);
}

TEST_F(StripeProviderTest, DeclinesAreFinal) {
  const std::map<std::string, std::string> reasons{
      {"pm_card_visa_chargeDeclined", "card_declined"},
      {"pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"},
      {"pm_card_chargeDeclinedExpiredCard", "expired_card"},
      {"pm_nobody_knows", "try_again"}};
  for (const auto& [token, reason] : reasons) {
    const auto charge = pay(order(token));
    EXPECT_EQ(charge.state, ChargeState::declined) << token;
    EXPECT_EQ(charge.decline_code, reason) << token;
  }
  for (const auto& [id, intent] : fake.intents) EXPECT_EQ(intent.status, "canceled");
}

TEST_F(StripeProviderTest, HoldsFirstWhereTheShopWantsThat) {
  use_stripe({.manual_capture = true});
  const auto what = order();
  const auto ref = prepare(what);
  EXPECT_EQ(run(stripe->charge(ref, what, soon())).value().state, ChargeState::authorized);
  EXPECT_EQ(fake.money(), 0);
  EXPECT_EQ(run(stripe->capture(ref, soon())).value().captured_minor, 1999);
  EXPECT_EQ(run(stripe->capture(ref, soon())).value().state, ChargeState::captured)
      << "twice is once";
  EXPECT_EQ(fake.money(), 1999);
  const auto other = order();
  const auto held = prepare(other);
  run(stripe->charge(held, other, soon()));
  EXPECT_EQ(run(stripe->cancel(held, soon())).value().state, ChargeState::cancelled);
  EXPECT_EQ(run(stripe->capture(held, soon())).value().state, ChargeState::cancelled);
}

TEST_F(StripeProviderTest, WhatIsPaidStaysPaidWhoeverCancels) {
  const auto what = order();
  const auto ref = prepare(what);
  run(stripe->charge(ref, what, soon())).value();
  EXPECT_EQ(run(stripe->cancel(ref, soon())).value().state, ChargeState::captured);
  const auto slow = order("pm_slow");
  const auto working = prepare(slow);
  EXPECT_EQ(run(stripe->charge(working, slow, soon())).value().state, ChargeState::processing);
  EXPECT_EQ(run(stripe->cancel(working, soon())).value().state, ChargeState::processing);
}

TEST_F(StripeProviderTest, ARefundIsMadeOnceThoughStripeForgetsItsKey) {
  const auto charge = pay(order());
  const RefundOrder half{"refund-1", charge.reference, usd(999)};
  EXPECT_EQ(run(stripe->refund(half, soon())), Verdict::done);
  fake.forget_keys();
  EXPECT_EQ(run(stripe->refund(half, soon())), Verdict::done);
  EXPECT_EQ(run(stripe->refund({"refund-2", charge.reference, usd(1000)}, soon())), Verdict::done);
  fake.forget_keys();
  EXPECT_EQ(run(stripe->refund(half, soon())), Verdict::done) << "on the second page of refunds";
  EXPECT_EQ(fake.refunds.size(), 2U);
  EXPECT_EQ(fake.money(), 0);
  EXPECT_EQ(run(stripe->refund({"refund-3", charge.reference, usd(1)}, soon())), Verdict::refused);
  fake.refunds_fail = true;
  const auto other = pay(order());
  EXPECT_EQ(run(stripe->refund({"refund-4", other.reference, usd(5)}, soon())), Verdict::refused);
}

TEST_F(StripeProviderTest, TheLedgerHasFeesAndRefundsAndEveryPage) {
  std::set<std::string> keys;
  for (int i = 0; i < 5; ++i) {
    const auto what = order();
    keys.insert(what.idempotency_key);
    const auto charge = pay(what);
    if (i == 0) run(stripe->refund({"refund-1", charge.reference, usd(99)}, soon())).value();
  }
  prepare(order());
  std::vector<ProviderCharge> all;
  for (bool more = true; more;) {
    const auto page = run(stripe->ledger(all.empty() ? "" : all.back().reference, soon())).value();
    all.insert(all.end(), page.charges.begin(), page.charges.end());
    more = page.has_more;
  }
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[0].state, ChargeState::cancelled) << "prepared, and no money in it";
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_EQ(keys.erase(all[i].idempotency_key), 1U);
    EXPECT_EQ(all[i].fees_minor, 1999 * 29 / 1000 + 30);
    EXPECT_EQ(all[i].refunded_minor, i == 5 ? 99 : 0);
  }
}

TEST_F(StripeProviderTest, AWrongKeyHasDoneNothing) {
  use_stripe({.api_key = "sk_test_wrong"});
  EXPECT_EQ(run(stripe->prepare(order(), soon())).error(), Doubt::not_sent);
  EXPECT_THAT(fake.complaints(), ::testing::ElementsAre("a wrong key"));
  fake.forgive();
}

}  // namespace
}  // namespace souk::payment
