#include "core/failpoint.hpp"
#include "internal/gateway/stripe_webhook.hpp"
#include "services/payment-service/tests/stripe_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;
using Death = MortalProvider::Death;

/// payment-service with Stripe: what it makes of a good day, and of every bad one.
class StripeServiceTest : public StripeTest {
 protected:
  std::optional<WebhookNews> webhook(const std::string& type, const std::string& intent) {
    const auto body = fake.event(type, intent);
    const auto at =
        std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count();
    WebhookRequest request{
        .headers = {{"stripe-signature", sign_stripe_webhook(body, at, kWebhookSecret)}},
        .body = body,
        .now = clock.now()};
    return run(stripe->read_webhook(std::move(request), soon())).value();
  }
  /// The payment that news are about, asked for.
  Payment follow(const WebhookNews& news) {
    const auto payment =
        run(payments.of_reference(testing::scope(), "stripe", news.reference)).value();
    return run(recovery->look_now(payment.tenant, payment.order_id));
  }
  void sweep() { run(recovery->sweep(Recovery::Reach::everything)); }

  void expect_paid_once(OrderId order) {
    EXPECT_EQ(stored(order).status, captured);
    EXPECT_EQ(fake.money(), 1999);
    EXPECT_EQ(fake.intents.size(), 1U);
    EXPECT_EQ(stored(order).provider_reference, fake.only().id);
    EXPECT_EQ(charge(new_order(), "pm_card_visa").status, captured) << "and then it works again";
  }
};

TEST_F(StripeServiceTest, ActionThenWebhookThenPartialRefund) {
  const auto order = new_order();
  const auto waiting = charge(order, "pm_card_threeDSecure2Required");
  EXPECT_EQ(waiting.status, pending);
  ASSERT_TRUE(waiting.action);
  EXPECT_EQ(waiting.action->type, "redirect");
  EXPECT_EQ(waiting.action->url, "https://hooks.stripe.test/3ds/" + fake.only().id);
  EXPECT_EQ(waiting.action->client_secret, fake.only().id + "_secret");
  EXPECT_EQ(fake.only().return_url, policy.return_url(order.str()));
  const auto id = fake.only().id;

  const auto early = webhook("payment_intent.requires_action", id);
  EXPECT_EQ(follow(early.value()).status, pending) << "a hint, no more";
  fake.customer(id, true);
  const auto news = webhook("payment_intent.succeeded", id);
  EXPECT_EQ(follow(news.value()).status, captured);
  EXPECT_EQ(follow(news.value()).status, captured) << "delivered twice";
  EXPECT_EQ(follow(webhook("payment_intent.requires_action", id).value()).status, captured)
      << "and late";
  EXPECT_EQ(events("payment.settled"), 1);

  EXPECT_EQ(refund(RefundId{ids.next()}, order, 500).status, RefundStatus::succeeded);
  EXPECT_EQ(refund(RefundId{ids.next()}, order, 300).status, RefundStatus::succeeded);
  EXPECT_EQ(stored(order).status, partially_refunded);
  EXPECT_EQ(fake.money(), 1999 - 800);
  const auto report = run(reconciliation->run(soon()));
  EXPECT_EQ(report.charges_compared, 1);
  EXPECT_TRUE(report.differences.empty());
}

TEST_F(StripeServiceTest, ARefusedAuthenticationIsDeclinedAndEnded) {
  const auto order = new_order();
  charge(order, "pm_card_threeDSecure2Required");
  fake.customer(fake.only().id, false);
  const auto refused = run(recovery->look_now(kDefaultTenant, order));
  EXPECT_EQ(refused.status, declined);
  EXPECT_EQ(refused.decline_code, "authentication_failed");
  EXPECT_EQ(fake.only().status, "canceled");
}

TEST_F(StripeServiceTest, AnAbandonedIntentIsCancelledFirst) {
  const auto order = new_order();
  charge(order, "pm_card_threeDSecure2Required");
  const auto abandoned = [&]() -> Task<Payment> {
    co_return co_await void_->abandon(call(), order);
  };
  EXPECT_EQ(run(abandoned()).decline_code, kAbandoned);
  EXPECT_EQ(fake.only().status, "canceled");
  fake.customer(fake.only().id, true);
  EXPECT_EQ(fake.money(), 0);
}

TEST_F(StripeServiceTest, HoldsFirstAndTakesAfterwardsWhereTheShopWantsThat) {
  use_stripe({.manual_capture = true});
  const auto order = new_order();
  fake.trouble("/capture", StripeTrouble::hang_up_after);
  EXPECT_EQ(charge(order, "pm_card_visa").status, captured) << "held, taken, and asked for";
  expect_paid_once(order);
  const auto other = new_order();
  charge(other, "pm_card_threeDSecure2Required");
  const auto intent = stored(other).provider_reference;
  fake.customer(intent, true);
  EXPECT_EQ(fake.intents.at(intent).status, "requires_capture");
  EXPECT_EQ(run(recovery->look_now(kDefaultTenant, other)).status, captured);
}

TEST_F(StripeServiceTest, WhatStripeStillWorksOnIsWaitedFor) {
  const auto order = new_order();
  EXPECT_EQ(charge(order, "pm_slow").status, pending);
  sweep();
  EXPECT_EQ(stored(order).status, pending);
  fake.finish_processing(fake.only().id);
  sweep();
  expect_paid_once(order);
}

class StripeDisputeTest : public StripeServiceTest {
 protected:
  void SetUp() override {
    StripeServiceTest::SetUp();
    charge(order, "pm_card_visa");
    intent = fake.only().id;
  }
  void deliver_about(const std::string& type) { deliver(fake.event(type, intent)); }
  std::map<std::string, std::int64_t> balances() {
    std::map<std::string, std::int64_t> all;
    for (const auto& balance : run(ledger_books.balances(testing::scope())))
      all[balance.account] = balance.balance_minor;
    return all;
  }
  KnownDispute known() {
    const auto found = run(disputes.of_payments(testing::scope(), {stored(order)}));
    return found.at(stored(order).id).at(0);
  }
  std::vector<Difference> reconcile() {
    const auto differences = run(reconciliation->run(soon())).differences;
    EXPECT_TRUE(run(ledger_books.problems(testing::scope(kEveryTenant), 10)).empty());
    return differences;
  }

  const OrderId order = new_order();
  const std::int64_t fee = 1999 * 29 / 1000 + 30;  // of the charge
  std::string intent;
};

TEST_F(StripeDisputeTest, IsBookedOnceInWhateverOrderItIsTold) {
  auto& dispute = fake.dispute(intent, 1500);
  const auto created = fake.event("charge.dispute.created", intent);
  fake.withdraw(dispute);
  deliver_about("charge.dispute.funds_withdrawn");
  deliver_about("charge.dispute.funds_withdrawn");
  deliver(created);
  EXPECT_EQ(
      balances(),
      (std::map<std::string, std::int64_t>{
          {"customer", -1999}, {"provider", 1999 - 3000}, {"disputes", 1500}, {"fees", 1500}}));
  EXPECT_EQ(known().cost, (DisputeCost{1500, 1500}));
  EXPECT_EQ(stored(order).status, captured) << "the order is as paid as it was";
  EXPECT_TRUE(reconcile().empty());
  EXPECT_EQ(balances().at("fees"), 1500 + fee);

  fake.close(dispute, true);
  deliver_about("charge.dispute.funds_reinstated");
  deliver_about("charge.dispute.closed");
  EXPECT_EQ(known().dispute.status, "won");
  EXPECT_EQ(known().cost, (DisputeCost{0, 1500}));
  EXPECT_EQ(balances().at("provider"), 1999 - 1500 - fee);
  EXPECT_TRUE(reconcile().empty());
}

TEST_F(StripeDisputeTest, ReconciliationBooksWhatNoWebhookTold) {
  auto& lost = fake.dispute(intent, 1999);
  fake.withdraw(lost);
  fake.close(lost, false);
  fake.withdraw(fake.dispute("pi_nobodys", 700));
  const auto differences = reconcile();
  ASSERT_EQ(differences.size(), 1U) << "what is about no payment of ours";
  EXPECT_EQ(differences[0].kind, "disputes");
  EXPECT_EQ(differences[0].provider_reference, "pi_nobodys");
  EXPECT_EQ(known().dispute.status, "lost");
  EXPECT_EQ(known().cost, (DisputeCost{1999, 1500}));
  EXPECT_EQ(balances().at("disputes"), 1999);
  lost.moved.clear();
  EXPECT_EQ(reconcile().size(), 2U) << "less there than is booked";
}

TEST_F(StripeServiceTest, WhatStripeNeverTakesIsDeclinedAsThatAndAskedForOnce) {
  const auto too_small = charge(new_order(), "pm_card_visa", 10);
  EXPECT_EQ(too_small.status, declined);
  EXPECT_EQ(too_small.decline_code, kMethodNotPossible);
  EXPECT_EQ(fake.requests.size(), 1U);
  const ChargeCommand in_euro{new_order(), UserId{ids.next()}, {500, Currency::from("EUR")}, "tok"};
  const auto charging = [&]() -> Task<Payment> { co_return co_await (*charge_)(call(), in_euro); };
  EXPECT_EQ(run(charging()).decline_code, kMethodNotPossible);
  EXPECT_THAT(fake.complaints(), ::testing::ElementsAre("Invalid currency: eur"));
  fake.forgive();
  EXPECT_EQ(charge(new_order(), "pm_card_visa").status, captured) << "and then it works again";
}

TEST_F(StripeServiceTest, AWrongKeyIsAnOutageAndNoDecline) {
  use_stripe({.api_key = "sk_test_wrong"});
  EXPECT_EQ(charge(new_order(), "pm_card_visa").decline_code, kProviderUnavailable);
  fake.forgive();
}

// BAD_INPUTS: valid but wrong amount or currency: not paid.
TEST_F(StripeServiceTest, AnotherAmountIsNoPaymentAndGoesBack) {
  fake.takes = 500;
  const auto less = new_order();
  EXPECT_EQ(charge(less, "pm_card_visa").decline_code, kAmountMismatch);
  EXPECT_EQ(fake.money(), 0);
  fake.takes.reset();
  fake.takes_in = "jpy";
  EXPECT_EQ(charge(new_order(), "pm_card_visa").decline_code, kAmountMismatch);
  EXPECT_EQ(fake.money(), 0);
  fake.takes_in.clear();
  EXPECT_EQ(stored(less).captured_minor, 0);
  EXPECT_TRUE(run(reconciliation->run(soon())).differences.empty());
  EXPECT_EQ(charge(new_order(), "pm_card_visa").status, captured) << "and then it works again";
}

TEST_F(StripeServiceTest, NothingIsToldOfAWrongAmountBeforeItIsBack) {
  use_stripe({.manual_capture = true});
  fake.takes = 2500;
  fake.trouble("/refunds", StripeTrouble::hang_up_before, 20);
  const auto order = new_order();
  EXPECT_EQ(charge(order, "pm_card_visa").status, pending);
  EXPECT_EQ(fake.money(), 2500);
  fake.trouble("/refunds", StripeTrouble::none, 0);
  sweep();
  EXPECT_EQ(stored(order).decline_code, kAmountMismatch);
  EXPECT_EQ(fake.money(), 0);
  EXPECT_EQ(fake.refunds.size(), 1U);
}

TEST_F(StripeServiceTest, ARefundThatComesBackDaysLaterIsTakenBack) {
  const auto order = new_order();
  charge(order, "pm_card_visa");
  refund(RefundId{ids.next()}, order, 1500);
  refund(RefundId{ids.next()}, order, 499);
  EXPECT_EQ(stored(order).status, refunded);
  const auto id = fake.only().id;
  fake.return_last_refund();
  for (int delivery = 0; delivery < 2; ++delivery) {
    deliver(fake.event(delivery == 0 ? "charge.refund.updated" : "refund.failed", id));
    run(recovery->sweep(Recovery::Reach::due));
  }
  EXPECT_EQ(stored(order).status, partially_refunded);
  EXPECT_EQ(stored(order).refunded_minor, 1500);
  EXPECT_EQ(events("payment.refund_failed"), 1);
  EXPECT_TRUE(run(ledger_books.problems(testing::scope(kEveryTenant), 10)).empty());
  const auto all = run(refunds.of_payments(testing::scope(), {stored(order)}))[stored(order).id];
  EXPECT_EQ(all[0].status, RefundStatus::failed);
  EXPECT_EQ(all[0].reference, "re_0002");
  EXPECT_TRUE(run(reconciliation->run(soon())).differences.empty());
  EXPECT_EQ(refund(RefundId{ids.next()}, order, 499).status, RefundStatus::succeeded)
      << "and it can be made again";
  EXPECT_EQ(stored(order).status, refunded);
}

TEST_F(StripeServiceTest, ReconciliationFindsARefundThatCameBack) {
  const auto order = new_order();
  charge(order, "pm_card_visa");
  refund(RefundId{ids.next()}, order, 500);
  fake.return_last_refund();
  EXPECT_TRUE(run(reconciliation->run(soon())).differences.empty());
  EXPECT_EQ(stored(order).status, captured);
  EXPECT_EQ(events("payment.refund_failed"), 1);
  EXPECT_TRUE(run(ledger_books.problems(testing::scope(kEveryTenant), 10)).empty());
}

struct BadDay {
  const char* path;
  StripeTrouble trouble;
};
std::ostream& operator<<(std::ostream& out, const BadDay& day) {
  return out << day.path << " " << static_cast<int>(day.trouble);
}

class StripeTroubleTest : public StripeServiceTest, public ::testing::WithParamInterface<BadDay> {};

TEST_P(StripeTroubleTest, EndsAsOneChargeOrNone) {
  const auto& [path, trouble] = GetParam();
  if (trouble == StripeTrouble::stall_after) use_stripe({.timeout = kProviderTimeout});
  fake.trouble(path, trouble);
  const auto order = new_order();
  auto payment = charge(order, "pm_card_visa");
  if (payment.status == pending) sweep();
  payment = stored(order);
  // A key that remembers a 500 never charges: such a payment is ended, and the next one pays.
  const bool paid = payment.status == captured;
  EXPECT_TRUE(paid || payment.decline_code == kProviderUnavailable);
  EXPECT_EQ(fake.money(), paid ? 1999 : 0);
  EXPECT_EQ(paid, trouble != StripeTrouble::error_before && trouble != StripeTrouble::error_after
                      ? true
                      : fake.money() > 0);
  for (const auto& [id, intent] : fake.intents)
    EXPECT_TRUE(intent.status == "succeeded" || intent.status == "canceled" ||
                (intent.status == "requires_payment_method" && intent.error_code.empty()))
        << intent.status;
  EXPECT_EQ(charge(new_order(), "pm_card_visa").status, captured) << "and then it works again";
}

using enum StripeTrouble;
INSTANTIATE_TEST_SUITE_P(
    Days, StripeTroubleTest,
    ::testing::Values(
        BadDay{"/payment_intents", too_many_requests}, BadDay{"/payment_intents", hang_up_before},
        BadDay{"/payment_intents", hang_up_after}, BadDay{"/payment_intents", error_before},
        BadDay{"/payment_intents", error_after}, BadDay{"/confirm", too_many_requests},
        BadDay{"/confirm", hang_up_before}, BadDay{"/confirm", hang_up_after},
        BadDay{"/confirm", error_before}, BadDay{"/confirm", error_after},
        BadDay{"/payment_intents", stall_after}, BadDay{"/confirm", stall_after}));

TEST_F(StripeServiceTest, KilledAroundTheConfirmation) {
  const auto order = new_order();
  provider->die(Death::before);
  EXPECT_THROW(charge(order, "pm_card_visa"), Killed);
  EXPECT_EQ(stored(order).provider_reference, fake.only().id)
      << "on record before anything is charged";
  provider->die(Death::after);
  sweep();
  provider->die(Death::none);
  EXPECT_EQ(fake.money(), 1999);
  EXPECT_EQ(stored(order).status, pending);
  run(recovery->look_now(kDefaultTenant, order));
  expect_paid_once(order);
}

class StripeCrashTest : public StripeServiceTest,
                        public ::testing::WithParamInterface<failpoint::Point> {};

// What is prepared is harmless until its name is on record; from then on it is found by it.
TEST_P(StripeCrashTest, PreparedAndLost) {
  const auto order = new_order();
  {
    const failpoint::Trap trap{GetParam(), [] { throw Killed{}; }};
    EXPECT_THROW(charge(order, "pm_card_visa"), Killed);
  }
  EXPECT_EQ(fake.money(), 0);
  sweep();
  expect_paid_once(order);
}

constexpr failpoint::Point kPreparedPoints[] = {"payment.before_record_reference",
                                                "payment.after_record_reference"};
INSTANTIATE_TEST_SUITE_P(Points, StripeCrashTest, ::testing::ValuesIn(kPreparedPoints));

TEST_F(StripeServiceTest, VoidAgainstAChargeThatWasNeverSent) {
  const auto order = new_order();
  provider->die(Death::before);
  EXPECT_THROW(charge(order, "pm_card_visa"), Killed);
  provider->die(Death::none);
  EXPECT_EQ(void_order(order).status, voided);
  EXPECT_EQ(fake.only().status, "canceled");
  EXPECT_EQ(fake.money(), 0);
}

TEST_F(StripeServiceTest, AVoidOfWhatIsPaidGivesItBack) {
  const auto order = new_order();
  charge(order, "pm_card_visa");
  EXPECT_EQ(void_order(order).status, refunded) << "its refund has the payment's own id";
  EXPECT_EQ(fake.money(), 0);
}

// The order knows nothing of this refund; the books, the alert and reconciliation do.
TEST_F(StripeServiceTest, TheRefundOfAVoidedOrderThatComesBackIsInTheBooks) {
  const auto order = new_order();
  charge(order, "pm_card_visa");
  void_order(order);
  fake.return_last_refund();
  deliver(fake.event("charge.refund.updated", fake.only().id));
  run(recovery->sweep(Recovery::Reach::due));
  EXPECT_EQ(stored(order).status, captured);
  for (const auto& balance : run(ledger_books.balances(testing::scope())))
    if (balance.account == "customer") EXPECT_EQ(balance.balance_minor, -1999) << "what is owed";
  EXPECT_TRUE(run(reconciliation->run(soon())).differences.empty());
  EXPECT_THAT(metrics.text(), ::testing::HasSubstr(R"(souk_refunds_failed_total{)"));
  EXPECT_EQ(events("payment.refund_failed"), 1);
  EXPECT_EQ(refund(RefundId{ids.next()}, order, 1999).status, RefundStatus::succeeded)
      << "and it can be made again";
}

TEST_F(StripeServiceTest, ABrokenRefundIsMadeOnce) {
  const auto order = new_order();
  charge(order, "pm_card_visa");
  for (const auto trouble : {too_many_requests, hang_up_before, hang_up_after, error_after}) {
    const auto before = fake.money();
    fake.trouble("/refunds", trouble);
    const RefundId id{ids.next()};
    refund(id, order, 100);
    sweep();
    EXPECT_EQ(refund(id, order, 100).status, RefundStatus::succeeded);
    EXPECT_EQ(fake.money(), before - 100) << static_cast<int>(trouble);
  }
  EXPECT_EQ(stored(order).refunded_minor, 400);
}

}  // namespace
}  // namespace souk::payment
