#include "internal/gateway/stripe_webhook.hpp"
#include "services/payment-service/tests/fake_stripe.hpp"
#include "services/payment-service/tests/provider_journey.hpp"

/// A shop that takes cards with Stripe.
namespace souk::testing {
namespace {

namespace json = boost::json;
using payment::FakeStripe;

class StripeJourney : public ProviderJourney<FakeStripe> {
 protected:
  static constexpr const char* kWebhookSecret = "whsec_journey";

  StripeJourney() {
    open_shop({"STRIPE_API_URL=" + fake_.url(),
               std::string{"STRIPE_API_KEY="} + FakeStripe::kApiKey,
               "STRIPE_PUBLISHABLE_KEY=pk_test_journey",
               std::string{"STRIPE_WEBHOOK_SECRET="} + kWebhookSecret,
               "PAYMENT_PROVIDERS=*=sandbox,card=stripe"});
  }

  int deliver(const std::string& body, const std::string& secret = kWebhookSecret,
              std::time_t at = std::time(nullptr)) {
    return post_webhook("stripe", body,
                        {{"Stripe-Signature", payment::sign_stripe_webhook(body, at, secret)}});
  }
};

TEST_F(StripeJourney, FromTheCheckoutOverTheWebhookToAPartialRefund) {
  const auto offered = methods();
  EXPECT_EQ(offered.text("items.0.method"), "card");
  EXPECT_EQ(offered.text("items.0.provider"), "stripe");
  EXPECT_EQ(offered.text("items.0.publishable_key"), "pk_test_journey");

  const auto key = ApiClient::unique_key();
  const auto waiting = shopper_->order(sku_, 2, "pm_card_threeDSecure2Required", key);
  ASSERT_EQ(waiting.status, 202) << json::serialize(waiting.body);
  EXPECT_EQ(waiting.text("payment.provider"), "stripe");
  EXPECT_EQ(waiting.text("payment.next_action.type"), "redirect");
  const auto id = waiting.text("id");

  std::string paid;
  at_provider([&](FakeStripe& fake) {
    EXPECT_EQ(fake.only().return_url, "https://shop.example/checkout/return?order=" + id);
    fake.customer(fake.only().id, true);
    paid = fake.event("payment_intent.succeeded", fake.only().id);
  });
  EXPECT_EQ(deliver(paid, "whsec_forged"), 400);
  EXPECT_EQ(deliver(paid, kWebhookSecret, std::time(nullptr) - 600), 400) << "too old";
  EXPECT_EQ(deliver(paid), 200);
  EXPECT_EQ(deliver(paid), 200) << "delivered twice";
  EXPECT_TRUE(becomes(id, "confirmed"));
  EXPECT_EQ(shopper_->order(sku_, 2, "pm_card_threeDSecure2Required", key).text("id"), id);
  at_provider([](FakeStripe& fake) { EXPECT_EQ(fake.intents.size(), 1U); });
  expect_invoice_then_partial_refund(id);
}

TEST_F(StripeJourney, ARefundThatComesBackAndADispute) {
  const auto id = shopper_->order(sku_, 2, "pm_card_visa").text("id");
  documents(id, 1);
  EXPECT_EQ(refund(id, 500).status, 201);
  documents(id, 2);
  std::string returned, disputed;
  at_provider([&](FakeStripe& fake) {
    fake.return_last_refund();
    returned = fake.event("charge.refund.updated", fake.only().id);
    fake.withdraw(fake.dispute(fake.only().id, 1000));
    disputed = fake.event("charge.dispute.funds_withdrawn", fake.only().id);
  });
  EXPECT_EQ(deliver(returned), 200);
  EXPECT_TRUE(becomes(id, "confirmed"));
  EXPECT_EQ(shopper_->get("/api/v1/orders/" + id).number("refunded_total.amount"), 0);
  const auto timeline = admin_->get("/api/v1/orders/" + id + "/events");
  EXPECT_EQ(timeline.at("items").as_array().back().at("type").as_string(), "refund_failed");
  EXPECT_TRUE(eventually([&] {
    const auto inbox = shopper_->get("/api/v1/notifications");
    return json::serialize(inbox.body).contains("refund_failed");
  }));
  EXPECT_EQ(refund(id, 700).status, 201) << "and it can be made again";
  const auto notes = documents(id, 3);
  EXPECT_EQ(notes.number("items.0.total.amount"), 200) << "500 are credited already";

  EXPECT_EQ(deliver(disputed), 200);
  const auto payment = admin_->get("/api/v1/payments?order_id=" + id);
  EXPECT_EQ(payment.number("items.0.disputes.0.withdrawn.amount"), 1000);
  EXPECT_EQ(payment.number("items.0.disputes.0.fee.amount"), 1500);
  EXPECT_EQ(payment.text("items.0.refunds.0.status"), "succeeded");
  EXPECT_EQ(payment.text("items.0.refunds.1.status"), "failed");
  EXPECT_THAT(admin_->get("/api/v1/payments/export?from=2020-01-01&to=2099-12-31").file,
              ::testing::HasSubstr(",39.98,39.98,7.00,needs_response,10.00,15.00\r\n"));
  expect_books_to_balance();
}

TEST_F(StripeJourney, ADeclineSaysWhyAndTheNextOrderBuys) {
  const auto declined = shopper_->order(sku_, 1, "pm_card_visa_chargeDeclinedInsufficientFunds");
  EXPECT_EQ(declined.status, 402);
  EXPECT_EQ(declined.text("decline_code"), "insufficient_funds");
  EXPECT_TRUE(stock_is_free());
  EXPECT_EQ(shopper_->order(sku_, 1, "pm_card_visa").status, 201);
}

}  // namespace
}  // namespace souk::testing
