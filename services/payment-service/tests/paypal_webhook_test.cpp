#include <boost/json.hpp>

#include "services/payment-service/tests/paypal_fixture.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

class PaypalWebhook : public PaypalTest {
 protected:
  void SetUp() override {
    PaypalTest::SetUp();
    order = new_order();
    payment = approved(order);
    good = about_order("WH-1", "CHECKOUT.ORDER.APPROVED", payment.provider_reference);
  }
  FakePaypal::Webhook without(const std::string& header) {
    auto webhook = good;
    webhook.headers.erase(header);
    return webhook;
  }
  FakePaypal::Webhook with(const std::string& header, const std::string& value) {
    auto webhook = good;
    webhook.headers[header] = value;
    return webhook;
  }
  /// The good one's body, signed otherwise.
  FakePaypal::Webhook signed_by(const Authority::Signer& signer, Time sent,
                                std::string_view webhook_id = FakePaypal::kWebhookId) {
    return {paypal_headers(signer, webhook_id, good.body, sent, FakePaypal::kCertificateUrl),
            good.body};
  }
  json::object dispute(const std::string& status, const std::string& at, json::array moved = {}) {
    return json::object{
        {"dispute_id", "PP-000-042-663-135"},
        {"update_time", at},
        {"reason", "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"},
        {"status", status},
        {"dispute_amount", {{"currency_code", "USD"}, {"value", "3.00"}}},
        {"disputed_transactions",
         json::array{json::object{{"seller_transaction_id", stored(order).provider_reference}}}},
        {"money_movements", std::move(moved)}};
  }
  static json::value movement(const char* party, const char* type, const char* reason,
                              const char* value) {
    return json::object{{"affected_party", party},
                        {"amount", {{"currency_code", "USD"}, {"value", value}}},
                        {"initiated_time", "2026-03-01T12:00:00.000Z"},
                        {"type", type},
                        {"reason", reason}};
  }
  std::vector<KnownDispute> known() {
    return run(disputes.of_payments(testing::scope(), {stored(order)}))[payment.id];
  }
  std::int64_t balance(std::string_view account) {
    for (const auto& entry : run(ledger_books.balances(testing::scope())))
      if (entry.account == account) return entry.balance_minor;
    return 0;
  }

  OrderId order;
  Payment payment{.amount = usd(0)};
  FakePaypal::Webhook good;
};

TEST_F(PaypalWebhook, IsTakenWhenItIsSigned) {
  EXPECT_EQ(refusal_of(good), "");
  EXPECT_EQ(refusal_of(good), "") << "a repeat, too";
  EXPECT_EQ(count("SELECT count(*) FROM webhook_events WHERE payment_id IS NOT NULL"), 1);
  EXPECT_EQ(fetched, 1) << "the certificate is kept";
}

TEST_F(PaypalWebhook, IsRefusedWhenAnythingWasChanged) {
  auto changed = good;
  changed.body.back() = ' ';
  EXPECT_EQ(refusal_of(changed), "invalid_webhook");
  changed.body = good.body + "\n";
  EXPECT_EQ(refusal_of(changed), "invalid_webhook");
  for (const auto& [name, value] : good.headers) {
    EXPECT_EQ(refusal_of(without(name)), "invalid_webhook") << name;
    EXPECT_EQ(refusal_of(with(name, "")), "invalid_webhook") << name;
  }
  EXPECT_EQ(refusal_of(with("paypal-transmission-id", "another")), "invalid_webhook");
  EXPECT_EQ(refusal_of(with("paypal-transmission-time", to_rfc3339(clock.now()))),
            "invalid_webhook");
  EXPECT_EQ(refusal_of(with("paypal-transmission-sig", "AAAA")), "invalid_webhook");
  EXPECT_EQ(refusal_of(with("paypal-transmission-sig", "no base64!")), "invalid_webhook");
  EXPECT_EQ(refusal_of(with("paypal-auth-algo", "SHA1withRSA")), "invalid_webhook");
  EXPECT_EQ(count("SELECT count(*) FROM webhook_events"), 0);
  EXPECT_EQ(woken, 0);
}

TEST_F(PaypalWebhook, ForAnotherShopIsRefused) {
  EXPECT_EQ(refusal_of(signed_by(fake.signer(), clock.now(), "ANOTHERWEBHOOKID")),
            "invalid_webhook");
}

TEST_F(PaypalWebhook, IsRefusedWhenItIsOldOrFromTheFuture) {
  using std::chrono::hours;
  EXPECT_EQ(refusal_of(signed_by(fake.signer(), clock.now() - hours{5 * 24})), "invalid_webhook");
  EXPECT_EQ(refusal_of(signed_by(fake.signer(), clock.now() + hours{1})), "invalid_webhook");
  EXPECT_EQ(refusal_of(signed_by(fake.signer(), clock.now() - hours{3 * 24})), "")
      << "PayPal repeats for three days";
}

TEST_F(PaypalWebhook, NeverFetchesFromAnywhereElse) {
  for (const auto* url : {"https://evil.example/v1/notifications/certs/CERT-1",
                          "http://api.paypal.com/v1/notifications/certs/CERT-1",
                          "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1"}) {
    EXPECT_EQ(refusal_of(with("paypal-cert-url", url)), "invalid_webhook") << url;
  }
  EXPECT_EQ(fetched, 0);
}

TEST_F(PaypalWebhook, WaitsWhereTheCertificateCannotBeHad) {
  const std::string folder = "https://api.paypal.com/v1/notifications/certs/";
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(refusal_of(with("paypal-cert-url", folder + std::to_string(i))), "unavailable");
  EXPECT_LE(fetched, 11) << "whoever names new ones all the time does not keep us busy";
}

TEST_F(PaypalWebhook, IsNotTakenFromAnotherNamesCertificate) {
  for (const auto* name : {"messages.evil.example", "notpaypal.com", "paypal.com.evil.example"}) {
    certificate = fake.authority().issue(name);
    EXPECT_EQ(refusal_of(signed_by(*certificate, clock.now())), "invalid_webhook") << name;
  }
}

TEST_F(PaypalWebhook, IsNotTakenFromACertificateThatNobodyVouchesFor) {
  const Authority stranger{"Root of the fake PayPal"};
  certificate = stranger.issue("messageverificationcerts.paypal.com");
  EXPECT_EQ(refusal_of(signed_by(*certificate, clock.now())), "invalid_webhook");
  certificate = fake.authority().issue("messageverificationcerts.paypal.com", -30, -1);
  EXPECT_EQ(refusal_of(signed_by(*certificate, clock.now())), "invalid_webhook") << "expired";
  certificate = fake.authority().issue("messageverificationcerts.paypal.com", 1, 30);
  EXPECT_EQ(refusal_of(signed_by(*certificate, clock.now())), "invalid_webhook") << "not valid yet";
  certificate->chain_pem = "no certificate";
  EXPECT_EQ(refusal_of(signed_by(*certificate, clock.now())), "invalid_webhook");
  certificate.reset();
  EXPECT_EQ(refusal_of(good), "") << "and then it works again";
}

TEST_F(PaypalWebhook, ForAProviderThatThisShopHasNotIsNotFound) {
  EXPECT_EQ(refusal_of(good, "stripe"), "not_found");
  EXPECT_EQ(refusal_of(good, ""), "not_found");
}

TEST_F(PaypalWebhook, OfNoInterestIsTakenAndForgotten) {
  EXPECT_EQ(refusal_of(fake.webhook("WH-9", "CATALOG.PRODUCT.CREATED", json::object{})), "");
  EXPECT_EQ(count("SELECT count(*) FROM webhook_events"), 0);
}

TEST_F(PaypalWebhook, AboutNobodysPaymentIsTakenAndChangesNothing) {
  auto other = fake.orders().at(payment.provider_reference);
  other.id = "UNKNOWN";
  other.custom_id = ids.next().str();
  EXPECT_EQ(refusal_of(fake.webhook("WH-8", "CHECKOUT.ORDER.APPROVED", fake.order_json(other))),
            "");
  EXPECT_EQ(count("SELECT count(*) FROM webhook_events WHERE payment_id IS NULL"), 1);
}

TEST_F(PaypalWebhook, SignedNonsenseIsRefused) {
  for (const auto* body : {"", "{", "[]", "null", "{}", R"({"id":"1","event_type":"X"})",
                           R"({"id":5,"event_type":"X","resource":{}})",
                           R"({"id":"1","event_type":"CUSTOMER.DISPUTE.CREATED","resource":{}})",
                           R"({"id":"1","event_type":"CUSTOMER.DISPUTE.CREATED","resource":{
                                "dispute_id":"d","update_time":"yesterday",
                                "dispute_amount":{"currency_code":"USD","value":"3.00"}}})"}) {
    good.body = body;
    EXPECT_EQ(refusal_of(signed_by(fake.signer(), clock.now())), "invalid_webhook") << body;
  }
}

TEST_F(PaypalWebhook, ARefundThatWasPendingIsLookedAfterAtOnce) {
  come_back(order);
  fake.next_refund_status("PENDING");
  refund(order, 500);
  const auto [id, there] = *fake.refunds().begin();
  fake.set_refund_status(id, "COMPLETED");
  receive(fake.webhook(
      "WH-2", "PAYMENT.CAPTURE.REFUNDED",
      json::object{
          {"id", id},
          {"links", json::array{json::object{
                        {"rel", "up"},
                        {"href", fake.url() + "/v2/payments/captures/" + there.capture_id}}}}}));
  run(recovery->sweep(Recovery::Reach::due));
  EXPECT_EQ(stored(order).refunded_minor, 500);
}

TEST_F(PaypalWebhook, ARefundThatComesBackIsTakenBack) {
  come_back(order);
  EXPECT_EQ(refund(order, 500).status, RefundStatus::succeeded);
  const auto [id, there] = *fake.refunds().begin();
  fake.set_refund_status(id, "FAILED");
  const auto failed = json::object{
      {"id", id},
      {"links",
       json::array{json::object{
           {"rel", "up"}, {"href", fake.url() + "/v2/payments/captures/" + there.capture_id}}}}};
  receive(fake.webhook("WH-2", "PAYMENT.REFUND.FAILED", failed));
  run(recovery->sweep(Recovery::Reach::due));
  EXPECT_EQ(stored(order).status, PaymentStatus::captured);
  EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE topic = 'payment.refund_failed'"), 1);
  EXPECT_TRUE(reconcile().differences.empty());

  EXPECT_EQ(refund(order, 300).status, RefundStatus::succeeded) << "and it can be made again";
  for (const auto& [other, made] : fake.refunds())
    if (other != id) fake.set_refund_status(other, "CANCELLED");
  EXPECT_TRUE(reconcile().differences.empty()) << "found without a webhook";
  EXPECT_EQ(stored(order).refunded_minor, 0);
  EXPECT_TRUE(run(ledger_books.problems(testing::scope(kEveryTenant), 10)).empty());
}

TEST_F(PaypalWebhook, DisputesAreKeptTheNewestWinning) {
  come_back(order);
  receive(fake.webhook("WH-2", "CUSTOMER.DISPUTE.CREATED",
                       dispute("OPEN", "2026-03-01T12:00:00.000Z")));
  ASSERT_EQ(known().size(), 1U);
  EXPECT_EQ(known()[0].dispute.status, "OPEN");
  EXPECT_EQ(known()[0].dispute.amount, usd(300));
  receive(fake.webhook("WH-4", "CUSTOMER.DISPUTE.RESOLVED",
                       dispute("RESOLVED", "2026-03-09T12:00:00.000Z")));
  receive(fake.webhook("WH-3", "CUSTOMER.DISPUTE.UPDATED",
                       dispute("UNDER_REVIEW", "2026-03-05T12:00:00.000Z")));
  ASSERT_EQ(known().size(), 1U);
  EXPECT_EQ(known()[0].dispute.status, "RESOLVED") << "the one of the 5th came too late";
  EXPECT_EQ(stored(order).status, PaymentStatus::captured) << "the order is as paid as it was";
}

TEST_F(PaypalWebhook, WhatADisputeMovesIsBookedOnce) {
  come_back(order);
  json::array moved{movement("SELLER", "DEBIT", "DISPUTE_SETTLEMENT", "3.00"),
                    movement("BUYER", "CREDIT", "DISPUTE_SETTLEMENT", "3.00"),
                    movement("SELLER", "DEBIT", "DISPUTE_FEE", "15.00"),
                    movement("SELLER", "DEBIT", "DISPUTE_SETTLEMENT", "3.00")};
  const auto open = dispute("UNDER_REVIEW", "2026-03-01T12:00:00.000Z", moved);
  receive(fake.webhook("WH-2", "CUSTOMER.DISPUTE.UPDATED", open));
  receive(fake.webhook("WH-3", "CUSTOMER.DISPUTE.UPDATED", open));
  EXPECT_EQ(known()[0].cost, (DisputeCost{600, 1500})) << "two that look the same are two";
  EXPECT_EQ(balance("disputes"), 600);
  EXPECT_EQ(balance("fees"), 1500);
  EXPECT_EQ(balance("provider"), 1999 - 2100);

  moved.push_back(movement("SELLER", "CREDIT", "DISPUTE_SETTLEMENT", "6.00"));
  const auto won = dispute("RESOLVED", "2026-03-09T12:00:00.000Z", moved);
  fake.put_dispute("PP-000-042-663-135", won);
  auto other = won;
  other["dispute_id"] = "PP-1";
  other["disputed_transactions"] =
      json::array{json::object{{"seller_transaction_id", "ANOTHERSHOPS"}}};
  fake.put_dispute("PP-1", other);
  const auto report = reconcile();
  ASSERT_EQ(report.differences.size(), 1U);
  EXPECT_EQ(report.differences[0].kind, "disputes");
  EXPECT_EQ(report.differences[0].provider_reference, "ANOTHERSHOPS");
  EXPECT_EQ(known()[0].cost, (DisputeCost{0, 1500})) << "found without a webhook";
  EXPECT_EQ(known()[0].dispute.status, "RESOLVED");
  EXPECT_EQ(balance("disputes"), 0);
  EXPECT_TRUE(run(ledger_books.problems(testing::scope(kEveryTenant), 10)).empty());
}

TEST_F(PaypalWebhook, OldEventsAreForgotten) {
  receive(good);
  run(webhooks.forget(clock.now() - std::chrono::hours{1},
                      std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  EXPECT_EQ(count("SELECT count(*) FROM webhook_events"), 1);
  run(webhooks.forget(clock.now() + std::chrono::hours{1},
                      std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  EXPECT_EQ(count("SELECT count(*) FROM webhook_events"), 0);
}

}  // namespace
}  // namespace souk::payment
