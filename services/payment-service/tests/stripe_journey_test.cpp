#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "internal/gateway/stripe_webhook.hpp"
#include "runtime/blocking.hpp"
#include "runtime/event_loop.hpp"
#include "services/payment-service/tests/fake_stripe.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// A purchase with Stripe through the public API, as a shop has it that has filled in its keys.
namespace souk::testing {
namespace {

namespace json = boost::json;
using payment::FakeStripe;

class StripeJourney : public ::testing::Test {
 protected:
  static constexpr const char* kWebhookSecret = "whsec_journey";

  StripeJourney() {
    at_stripe([](FakeStripe& fake) { fake.start(); });
    platform_.add_environment(
        {"STRIPE_API_URL=" + stripe_.url(), std::string{"STRIPE_API_KEY="} + FakeStripe::kApiKey,
         std::string{"STRIPE_WEBHOOK_SECRET="} + kWebhookSecret,
         "PAYMENT_PROVIDERS=*=sandbox,card=stripe", "SHOP_URL=https://shop.example"});
    platform_.start();
    admin_.emplace(platform_.url());
    admin_->log_in_as_admin();
    shopper_.emplace(platform_.url());
    shopper_->register_account();
    sku_ = admin_->make_product(1999, 10);
  }
  ~StripeJourney() override {
    EXPECT_EQ(platform_.stop(), 0);
    runtime::run_on(loop_.executor(), [this] { return stripe_.stop(); });
  }

  /// On the fake's own thread.
  void at_stripe(std::function<void(FakeStripe&)> action) {
    runtime::run_on(loop_.executor(), [&] { return do_there(stripe_, action); });
  }
  static Task<> do_there(FakeStripe& fake, std::function<void(FakeStripe&)> action) {
    action(fake);
    co_return;
  }

  int post_webhook(const std::string& body, const std::string& secret) {
    http::BlockingClient client{platform_.url()};
    http::ClientRequest request{
        .method = http::Method::post, .target = "/api/v1/payments/webhooks/stripe", .body = body};
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Stripe-Signature",
                        payment::sign_stripe_webhook(body, std::time(nullptr), secret));
    return client.request(std::move(request)).status;
  }

  /// Once an order has as many documents, each with its number.
  ApiReply documents(const std::string& order, std::size_t count) {
    ApiReply reply;
    EXPECT_TRUE(eventually([&] {
      reply = shopper_->get("/api/v1/orders/" + order + "/invoices");
      if (reply.status != 200) return false;
      const auto& items = reply.at("items").as_array();
      return items.size() == count && std::ranges::none_of(items, [](const auto& item) {
               return item.at("number").as_string().empty();
             });
    })) << json::serialize(reply.body);
    return reply;
  }
  ApiReply refund(const std::string& order, std::int64_t amount) {
    return admin_->post(
        "/api/v1/orders/" + order + "/refunds",
        {{"amount", {{"amount", amount}, {"currency", "USD"}}}, {"reason", "broken"}},
        ApiClient::unique_key());
  }
  /// Ours, the provider's and the documents agree, and every entry balances.
  void expect_books_to_balance() {
    const auto reconciled = platform_.souk({"payments", "reconcile"});
    EXPECT_EQ(reconciled.exit_code, 0) << reconciled.out << reconciled.err;
    EXPECT_THAT(reconciled.out, ::testing::HasSubstr("the books balance"));
  }

  SystemClock clock_;
  runtime::EventLoop loop_;
  FakeStripe stripe_{loop_.context(), clock_};
  RunningPlatform platform_{Shape::one_process, {"SOUK_RATE_LIMITS=off"}};
  std::optional<ApiClient> admin_, shopper_;
  std::string sku_;
};

TEST_F(StripeJourney, FromTheCheckoutOverTheWebhookToAPartialRefund) {
  const auto key = ApiClient::unique_key();
  const auto waiting = shopper_->order(sku_, 2, "pm_card_threeDSecure2Required", key);
  ASSERT_EQ(waiting.status, 202) << json::serialize(waiting.body);
  EXPECT_EQ(waiting.text("payment.provider"), "stripe");
  EXPECT_EQ(waiting.text("payment.next_action.type"), "redirect");
  const auto id = waiting.text("id");

  std::string paid;
  at_stripe([&](FakeStripe& fake) {
    EXPECT_EQ(fake.only().return_url, "https://shop.example/checkout/return?order=" + id);
    fake.customer(fake.only().id, true);
    paid = fake.event("payment_intent.succeeded", fake.only().id);
  });
  EXPECT_EQ(post_webhook(paid, "whsec_forged"), 400);
  EXPECT_EQ(post_webhook(paid, kWebhookSecret), 200);
  EXPECT_EQ(post_webhook(paid, kWebhookSecret), 200) << "delivered twice";
  EXPECT_TRUE(eventually(
      [&] { return shopper_->get("/api/v1/orders/" + id).text("status") == "confirmed"; }));
  EXPECT_EQ(shopper_->order(sku_, 2, "pm_card_threeDSecure2Required", key).text("id"), id);

  const auto invoice = documents(id, 1);
  EXPECT_THAT(invoice.text("items.0.number"), ::testing::StartsWith("INV-"));
  EXPECT_EQ(invoice.number("items.0.total.amount"), 3998);
  EXPECT_EQ(refund(id, 500).status, 201);
  EXPECT_EQ(shopper_->get("/api/v1/orders/" + id).text("status"), "partially_refunded");
  const auto credited = documents(id, 2);
  EXPECT_THAT(credited.text("items.0.number"), ::testing::StartsWith("CN-"));
  EXPECT_EQ(credited.text("items.0.invoice_number"), invoice.text("items.0.number"));
  EXPECT_EQ(credited.number("items.0.total.amount"), 500);
  at_stripe([](FakeStripe& fake) {
    EXPECT_EQ(fake.intents.size(), 1U);
    EXPECT_EQ(fake.money(), 3998 - 500);
    EXPECT_TRUE(fake.complaints.empty());
  });
  expect_books_to_balance();
}

TEST_F(StripeJourney, ARefundThatComesBackAndADispute) {
  const auto id = shopper_->order(sku_, 2, "pm_card_visa").text("id");
  documents(id, 1);
  EXPECT_EQ(refund(id, 500).status, 201);
  documents(id, 2);
  std::string returned, disputed;
  at_stripe([&](FakeStripe& fake) {
    fake.return_last_refund();
    returned = fake.event("charge.refund.updated", fake.only().id);
    fake.withdraw(fake.dispute(fake.only().id, 1000));
    disputed = fake.event("charge.dispute.funds_withdrawn", fake.only().id);
  });
  EXPECT_EQ(post_webhook(returned, kWebhookSecret), 200);
  EXPECT_TRUE(eventually(
      [&] { return shopper_->get("/api/v1/orders/" + id).text("status") == "confirmed"; }));
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

  EXPECT_EQ(post_webhook(disputed, kWebhookSecret), 200);
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
  EXPECT_TRUE(
      eventually([&] { return admin_->get("/api/v1/inventory/" + sku_).number("reserved") == 0; }));
  EXPECT_EQ(shopper_->order(sku_, 1, "pm_card_visa").status, 201);
}

}  // namespace
}  // namespace souk::testing
