#include <fstream>

#include "services/payment-service/tests/fake_paypal.hpp"
#include "services/payment-service/tests/provider_journey.hpp"
#include "testing/scratch.hpp"

/// A shop that takes PayPal, in a network that does not reach the host of PayPal's certificates.
namespace souk::testing {
namespace {

namespace json = boost::json;
using payment::FakePaypal;

class PaypalJourney : public ProviderJourney<FakePaypal> {
 protected:
  PaypalJourney() {
    std::ofstream{certificate()} << fake_.signer().chain_pem;
    std::ofstream{roots()} << fake_.authority().root_pem();
    open_shop({"PAYPAL_API_URL=" + fake_.url(),
               std::string{"PAYPAL_CLIENT_ID="} + FakePaypal::kClientId,
               std::string{"PAYPAL_CLIENT_SECRET="} + FakePaypal::kSecret,
               std::string{"PAYPAL_WEBHOOK_ID="} + FakePaypal::kWebhookId,
               "PAYPAL_CERTIFICATE_FILE=" + certificate(),
               "SSL_CERT_FILE=" + roots(),  // whom the system trusts
               "PAYMENT_PROVIDERS=*=sandbox,paypal=paypal"});
  }

  std::string certificate() const { return certificates_.path() / "paypal.pem"; }
  std::string roots() const { return certificates_.path() / "roots.pem"; }

  ApiReply buy(const std::string& key = ApiClient::unique_key()) {
    auto order = ApiClient::order_of(sku_, 2);
    order.as_object()["payment"] = {{"method", "paypal"}};
    return shopper_->post("/api/v1/orders", order, key);
  }
  /// The order's id at PayPal, from the page that the shopper is sent to.
  static std::string paypal_id(const ApiReply& order) {
    const auto url = order.text("payment.next_action.redirect_url");
    return url.substr(url.find("token=") + 6);
  }
  ApiReply come_back(const std::string& order) {
    return shopper_->post("/api/v1/orders/" + order + "/payment/return", json::object{});
  }
  int deliver(const FakePaypal::Webhook& webhook) {
    return post_webhook("paypal", webhook.body, webhook.headers);
  }

  ScratchFolder certificates_;
};

TEST_F(PaypalJourney, FromTheCheckoutOverTheWebhookToAPartialRefund) {
  const auto offered = methods();
  EXPECT_EQ(offered.text("items.1.method"), "paypal");
  EXPECT_EQ(offered.text("items.1.provider"), "paypal");

  const auto key = ApiClient::unique_key();
  const auto waiting = buy(key);
  ASSERT_EQ(waiting.status, 202) << json::serialize(waiting.body);
  EXPECT_EQ(waiting.text("status"), "pending");
  EXPECT_EQ(waiting.text("payment.status"), "requires_action");
  EXPECT_EQ(waiting.text("payment.provider"), "paypal");
  EXPECT_EQ(waiting.text("payment.next_action.type"), "redirect");
  const auto id = waiting.text("id");
  EXPECT_EQ(buy(key).text("id"), id) << "the same key is the same order";

  FakePaypal::Webhook approved, forged;
  at_provider([&](FakePaypal& fake) {
    fake.approve(paypal_id(waiting));
    approved = fake.webhook("WH-1", "CHECKOUT.ORDER.APPROVED",
                            fake.order_json(fake.orders().at(paypal_id(waiting))));
    forged = approved;
    forged.body += " ";
  });
  EXPECT_EQ(deliver(forged), 400);
  EXPECT_EQ(shopper_->get("/api/v1/orders/" + id).text("status"), "pending");
  EXPECT_EQ(deliver(approved), 200);
  EXPECT_EQ(deliver(approved), 200) << "delivered twice";
  EXPECT_TRUE(becomes(id, "confirmed"));
  EXPECT_EQ(buy(key).text("status"), "confirmed");
  EXPECT_EQ(come_back(id).text("status"), "confirmed") << "the customer comes last";
  at_provider([](FakePaypal& fake) { EXPECT_EQ(fake.captures().size(), 1U); });
  expect_invoice_then_partial_refund(id);
}

TEST_F(PaypalJourney, WhoComesBackBeforeAnyWebhookHasPaid) {
  const auto waiting = buy();
  const auto id = waiting.text("id");
  EXPECT_EQ(come_back(id).text("status"), "pending") << "back too early";
  at_provider([&](FakePaypal& fake) { fake.approve(paypal_id(waiting)); });
  come_back(id);
  EXPECT_TRUE(becomes(id, "confirmed"));
}

TEST_F(PaypalJourney, ADeclineGivesTheStockBackAndTheNextOrderBuys) {
  const auto waiting = buy();
  at_provider([&](FakePaypal& fake) {
    fake.approve(paypal_id(waiting));
    fake.refuse_next_capture("INSTRUMENT_DECLINED");
  });
  const auto id = waiting.text("id");
  come_back(id);
  EXPECT_TRUE(becomes(id, "payment_failed"));
  EXPECT_TRUE(stock_is_free());
  EXPECT_EQ(buy().status, 202);
}

TEST_F(PaypalJourney, WebhooksThatNobodySignedAreRefused) {
  EXPECT_EQ(post_webhook("paypal", R"({"id":"WH-1"})"), 400);
  EXPECT_EQ(post_webhook("paypal", ""), 400);
  EXPECT_EQ(post_webhook("paypal", std::string(256 * 1024 + 1, 'x')), 413);
  EXPECT_EQ(post_webhook("sandbox", "{}"), 404);
  EXPECT_EQ(post_webhook("nobody", "{}"), 404);
  auto order = ApiClient::order_of(sku_, 1);
  order.as_object()["payment"] = {{"method", "card"}};
  EXPECT_EQ(shopper_->post("/api/v1/orders", order, ApiClient::unique_key()).status, 422)
      << "a card has a token";
}

}  // namespace
}  // namespace souk::testing
