#include "services/payment-service/tests/paypal_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;
using Fault = FakePaypal::Fault;

TEST_F(PaypalTest, ACustomerApprovesComesBackAndHasSomeOfItRefunded) {
  const auto order = new_order();
  const auto waiting = charge(order);
  EXPECT_EQ(waiting.status, pending);
  ASSERT_TRUE(waiting.action);
  EXPECT_EQ(waiting.action->type, "redirect");
  EXPECT_EQ(waiting.action->url,
            "https://www.paypal.com/checkoutnow?token=" + waiting.provider_reference);
  EXPECT_EQ(fake.money(), 0);
  const auto& there = fake.orders().at(waiting.provider_reference);
  EXPECT_EQ(there.custom_id, waiting.id.str());
  EXPECT_EQ(there.invoice_id, order.str());
  EXPECT_TRUE(there.return_url.starts_with("https://shop.example/"));

  EXPECT_EQ(come_back(order).status, pending) << "back without having agreed";
  fake.approve(waiting.provider_reference);
  const auto paid = come_back(order);
  EXPECT_EQ(paid.status, captured);
  EXPECT_FALSE(paid.action);
  EXPECT_EQ(paid.provider_reference, fake.captures().begin()->first);
  EXPECT_EQ(fake.money(), 1999);
  EXPECT_EQ(come_back(order).status, captured) << "once more, to no effect";
  EXPECT_EQ(charge(order).status, captured);

  EXPECT_EQ(refund(order, 700).status, RefundStatus::succeeded);
  EXPECT_EQ(stored(order).status, partially_refunded);
  EXPECT_EQ(refund(order, 1299).status, RefundStatus::succeeded);
  EXPECT_EQ(fake.money(), 0);
  EXPECT_TRUE(reconcile().differences.empty());
}

TEST_F(PaypalTest, AWebhookCompletesThePaymentOnce) {
  const auto order = new_order();
  const auto waiting = approved(order);
  const auto approval = about_order("WH-1", "CHECKOUT.ORDER.APPROVED", waiting.provider_reference);
  receive(approval);
  EXPECT_EQ(woken, 1);
  run(recovery->sweep(Recovery::Reach::due));
  EXPECT_EQ(stored(order).status, captured);
  EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE topic = 'payment.settled'"), 1);

  receive(approval);
  EXPECT_EQ(woken, 1) << "a repeat is no work";
  receive(fake.webhook("WH-2", "PAYMENT.CAPTURE.COMPLETED",
                       fake.capture_json(fake.captures().begin()->second)));
  run(recovery->sweep(Recovery::Reach::due));
  EXPECT_EQ(fake.captures().size(), 1U);
  EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE topic = 'payment.settled'"), 1);
}

TEST_F(PaypalTest, WebhooksInTheWrongOrderEndRight) {
  const auto order = new_order();
  const auto waiting = approved(order);
  const auto approval = about_order("WH-1", "CHECKOUT.ORDER.APPROVED", waiting.provider_reference);
  EXPECT_EQ(come_back(order).status, captured);
  refund(order, 1999);
  receive(fake.webhook("WH-3", "PAYMENT.CAPTURE.COMPLETED",
                       fake.capture_json(fake.captures().begin()->second)));
  receive(approval);
  sweep();
  EXPECT_EQ(stored(order).status, refunded);
  EXPECT_EQ(fake.money(), 0);
}

TEST_F(PaypalTest, ReturnAndWebhookAtOnceAreOneCapture) {
  const auto order = new_order();
  const auto waiting = approved(order);
  receive(about_order("WH-1", "CHECKOUT.ORDER.APPROVED", waiting.provider_reference));
  std::vector<Task<Payment>> all;
  for (int i = 0; i < 10; ++i) all.push_back(recovery->look_now(kDefaultTenant, order));
  testing::run_all(loop, std::move(all));
  sweep();
  EXPECT_EQ(stored(order).status, captured);
  EXPECT_EQ(fake.captures().size(), 1U);
}

TEST_F(PaypalTest, ACaptureThatNobodyHeardOfIsFoundByAsking) {
  for (const auto fault :
       {Fault::stall_after, Fault::error_after, Fault::error_before, Fault::rate_limit}) {
    const auto order = new_order();
    const auto waiting = approved(order);
    fake.break_next(fault, "POST /v2/checkout/orders/" + waiting.provider_reference + "/capture");
    come_back(order);
    for (int i = 0; i < 5 && stored(order).status == pending; ++i) sweep();
    EXPECT_EQ(stored(order).status, captured);
  }
  EXPECT_EQ(fake.captures().size(), 4U);
  EXPECT_EQ(fake.money(), 4 * 1999);
  EXPECT_TRUE(reconcile().differences.empty());
}

TEST_F(PaypalTest, AnOrderThatWasMadeUnheardIsNotMadeTwice) {
  fake.break_next(Fault::stall_after, "POST /v2/checkout/orders");
  const auto order = new_order();
  auto payment = charge(order);
  for (int i = 0; i < 5 && !payment.action; ++i) payment = come_back(order);
  ASSERT_TRUE(payment.action);
  EXPECT_EQ(fake.orders().size(), 1U);
}

TEST_F(PaypalTest, AnExpiredTokenIsReplacedOnTheWay) {
  const auto order = new_order();
  approved(order);
  fake.forget_tokens();
  EXPECT_EQ(come_back(order).status, captured);
  refund(order, 500);
  EXPECT_EQ(fake.asked("POST /v1/oauth2/token"), 2);
}

TEST_F(PaypalTest, ManyAtOnceShareOneToken) {
  std::vector<Task<Payment>> all;
  for (int i = 0; i < 20; ++i) all.push_back(charging(call(), new_order(), usd(100 + i)));
  for (const auto& payment : testing::run_all(loop, std::move(all))) EXPECT_TRUE(payment.action);
  EXPECT_EQ(fake.asked("POST /v1/oauth2/token"), 1);
}

TEST_F(PaypalTest, ADeclineHasThePlatformsCodeAndEndsTheOrder) {
  const std::pair<const char*, const char*> cases[] = {
      {"INSTRUMENT_DECLINED", "card_declined"},
      {"CARD_EXPIRED", "expired_card"},
      {"REDIRECT_PAYER_FOR_ALTERNATE_FUNDING", "insufficient_funds"},
      {"MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "try_again"}};
  for (const auto& [issue, code] : cases) {
    const auto order = new_order();
    const auto waiting = approved(order);
    fake.refuse_next_capture(issue);
    const auto payment = come_back(order);
    EXPECT_EQ(payment.status, declined) << issue;
    EXPECT_EQ(payment.decline_code, code);
    EXPECT_EQ(fake.orders().at(waiting.provider_reference).intent, "AUTHORIZE")
        << "nobody can capture it any more";
  }
  EXPECT_EQ(fake.money(), 0);
}

TEST_F(PaypalTest, ACaptureThatIsDeclinedIsADecline) {
  const auto order = new_order();
  approved(order);
  fake.next_capture_status("DECLINED");
  const auto payment = come_back(order);
  EXPECT_EQ(payment.status, declined);
  EXPECT_EQ(payment.decline_code, "insufficient_funds");
}

TEST_F(PaypalTest, APendingCaptureIsWaitedFor) {
  const auto order = new_order();
  const auto waiting = approved(order);
  fake.next_capture_status("PENDING");
  EXPECT_EQ(come_back(order).status, pending);
  sweep();
  EXPECT_EQ(stored(order).status, pending);
  EXPECT_EQ(fake.captures().size(), 1U);
  fake.set_capture_status(waiting.provider_reference, "COMPLETED");
  receive(fake.webhook("WH-1", "PAYMENT.CAPTURE.COMPLETED",
                       fake.capture_json(fake.captures().begin()->second)));
  run(recovery->sweep(Recovery::Reach::due));
  EXPECT_EQ(stored(order).status, captured);
}

TEST_F(PaypalTest, WhatIsVoidedCannotBeCapturedLater) {
  for (const bool patchable : {true, false}) {
    fake.patch_waiting_orders(patchable);
    const auto order = new_order();
    const auto waiting = charge(order);
    EXPECT_EQ(void_order(order).status, voided);
    fake.approve(waiting.provider_reference);  // too late
    EXPECT_EQ(come_back(order).status, voided);
    sweep();
  }
  EXPECT_EQ(fake.money(), 0);
}

TEST_F(PaypalTest, AVoidOfAnApprovedOrderEndsItFirst) {
  const auto order = new_order();
  const auto waiting = approved(order);
  EXPECT_EQ(void_order(order).status, voided);
  EXPECT_EQ(fake.orders().at(waiting.provider_reference).intent, "AUTHORIZE");
  const auto late =
      run(provider->charge({waiting.id.str(), waiting.provider_reference}, {.amount = usd(1999)},
                           std::chrono::steady_clock::now() + kTimeout));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->state, ChargeState::cancelled);
  EXPECT_EQ(fake.money(), 0);
}

TEST_F(PaypalTest, AVoidOfWhatIsPaidRefundsIt) {
  const auto order = new_order();
  paid(order);
  EXPECT_EQ(void_order(order).status, refunded);
  EXPECT_EQ(fake.money(), 0);
}

TEST_F(PaypalTest, TheDeadlineEndsWhatIsNotPaidAndNothingElse) {
  const auto left = new_order();
  charge(left);
  EXPECT_EQ(run(abandoning(call(), left)).decline_code, kAbandoned);
  const auto bought = new_order();
  const auto waiting = approved(bought);
  fake.break_next(Fault::stall_after, "POST /v2/checkout/orders/" + waiting.provider_reference);
  come_back(bought);
  EXPECT_EQ(run(abandoning(call(), bought)).status, captured);
}

TEST_F(PaypalTest, AmountsThatPayPalDoesNotTakeAreDeclinedAndNeverSent) {
  for (const auto& money :
       {Money{50'050, Currency::from("HUF")}, Money{1999, Currency::from("KWD")}}) {
    const auto payment = run(charging(call(), new_order(), money));
    EXPECT_EQ(payment.status, declined) << money.str();
    EXPECT_EQ(payment.decline_code, kMethodNotPossible);
  }
  EXPECT_EQ(fake.asked("POST /v2/checkout/orders"), 0);
  const auto order = new_order();
  const auto yen = run(charging(call(), order, {1200, Currency::from("JPY")}));
  fake.approve(yen.provider_reference);
  EXPECT_EQ(come_back(order).status, captured);
}

TEST_F(PaypalTest, WhatPayPalNeverTakesIsDeclinedAsThatAndAskedForOnce) {
  fake.refuse_next_order("PAYEE_ACCOUNT_RESTRICTED");
  const auto payment = charge(new_order());
  EXPECT_EQ(payment.status, declined);
  EXPECT_EQ(payment.decline_code, kMethodNotPossible);
  EXPECT_EQ(fake.asked("POST /v2/checkout/orders"), 1);
  EXPECT_EQ(paid(new_order()).status, captured) << "and then it works again";
}

// BAD_INPUTS: valid but wrong amount or currency: not paid.
TEST_F(PaypalTest, AnotherAmountIsNoPaymentAndGoesBack) {
  for (const auto& taken : {usd(500), Money{1999, Currency::from("EUR")}}) {
    const auto order = new_order();
    fake.next_capture_amount(taken);
    EXPECT_EQ(paid(order).decline_code, kAmountMismatch);
    EXPECT_EQ(fake.money(), 0);
  }
  EXPECT_TRUE(reconcile().differences.empty());
  EXPECT_EQ(paid(new_order()).status, captured) << "and then it works again";
}

TEST_F(PaypalTest, ARefundIsMadeOnceWhateverHappensOnTheWay) {
  for (const auto fault : {Fault::stall_after, Fault::error_after, Fault::error_before}) {
    const auto order = new_order();
    const auto payment = paid(order);
    fake.break_next(fault, "POST /v2/payments/captures/" + payment.provider_reference);
    refund(order, 500);
    sweep();
    EXPECT_EQ(stored(order).refunded_minor, 500);
  }
  EXPECT_EQ(fake.refunds().size(), 3U);
}

TEST_F(PaypalTest, APendingRefundIsWaitedFor) {
  const auto order = new_order();
  paid(order);
  fake.next_refund_status("PENDING");
  EXPECT_EQ(refund(order, 500).status, RefundStatus::pending);
  fake.set_refund_status(fake.refunds().begin()->first, "COMPLETED");
  sweep();
  EXPECT_EQ(stored(order).refunded_minor, 500);
  EXPECT_EQ(fake.refunds().size(), 1U);
}

TEST_F(PaypalTest, ARefusedRefundFreesTheAmount) {
  const auto order = new_order();
  const auto payment = paid(order);
  run(provider->refund({.idempotency_key = "by-hand",
                        .charge_reference = payment.provider_reference,
                        .amount = usd(1999)},
                       std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  EXPECT_THROW(refund(order, 500), Error);
  EXPECT_EQ(stored(order).refunding_minor, 0);
  const auto report = reconcile();
  ASSERT_EQ(report.differences.size(), 1U);
  EXPECT_EQ(report.differences[0].kind, "refunds");
}

TEST_F(PaypalTest, ReconcilesFromPayPalsReports) {
  for (int i = 0; i < 5; ++i) {
    const auto order = new_order();
    paid(order, 1000 + i);
    if (i % 2 == 0) refund(order, 300);
  }
  charge(new_order());
  const auto report = reconcile();
  EXPECT_EQ(report.charges_compared, 5);
  EXPECT_TRUE(report.differences.empty());

  const auto page =
      run(provider->ledger("", std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  ASSERT_TRUE(page);
  std::int64_t refunds_there = 0;
  for (const auto& charge : page->charges) {
    refunds_there += charge.refunded_minor;
    EXPECT_EQ(charge.fees_minor, 30);
  }
  EXPECT_EQ(refunds_there, 900);

  const auto order = new_order();
  const auto waiting = approved(order);
  run(provider->charge({waiting.id.str(), waiting.provider_reference}, {.amount = usd(1999)},
                       std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  EXPECT_EQ(reconcile().resolved, 1) << "captured there, and nobody had said so here";
}

TEST_F(PaypalTest, ACaptureOutlivesItsOrder) {
  const auto order = new_order();
  const auto waiting = approved(order);
  const auto payment = come_back(order);
  fake.forget_order(waiting.provider_reference);
  const auto found =
      run(provider->find({payment.id.str(), payment.provider_reference},
                         std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->state, ChargeState::captured);
  EXPECT_EQ(refund(order, 1999).status, RefundStatus::succeeded);
}

TEST_F(PaypalTest, WhatPayPalDoesNotKnowIsGivenUpOnlyOnceItsTimeIsOver) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  const auto fresh = run(provider->find({ids.next().str(), "5O190127TN36ZZZZZ"}, until));
  EXPECT_FALSE(fresh) << "these may be the keys of another account";
  const auto old =
      run(provider->find({"018f0000-0000-7000-8000-000000000000", "5O190127TN36ZZZZZ"}, until));
  ASSERT_TRUE(old && *old);
  EXPECT_EQ((*old)->state, ChargeState::declined);
}

TEST_F(PaypalTest, WrongKeysSendNothing) {
  PaypalProvider stranger{
      loop,
      {.api_url = "http://127.0.0.1:1", .client_id = "a", .client_secret = "b", .webhook_id = ""},
      certificates(),
      kTimeout,
      clock,
      log};
  const auto answer =
      run(stranger.prepare({.idempotency_key = ids.next().str(),
                            .amount = usd(5),
                            .token = {},
                            .order_reference = "1",
                            .return_url = "https://shop.example"},
                           std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), Doubt::not_sent);
}

}  // namespace
}  // namespace souk::payment
