#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/blocking.hpp"
#include "runtime/event_loop.hpp"
#include "services/payment-service/tests/fake_paypal.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// A purchase with PayPal through the public API, as a shop has it that has filled in its keys.
namespace souk::testing {
namespace {

namespace json = boost::json;
using payment::FakePaypal;

class PaypalJourney : public ::testing::Test {
 protected:
  PaypalJourney() {
    at_paypal([](FakePaypal& fake) { fake.start(); });
    platform_.add_environment({"PAYPAL_API_URL=" + paypal_.url(),
                               std::string{"PAYPAL_CLIENT_ID="} + FakePaypal::kClientId,
                               std::string{"PAYPAL_CLIENT_SECRET="} + FakePaypal::kSecret,
                               std::string{"PAYPAL_WEBHOOK_ID="} + FakePaypal::kWebhookId,
                               "PAYMENT_PROVIDERS=*=sandbox,paypal=paypal",
                               "SHOP_URL=https://shop.example"});
    platform_.start();
    admin_.emplace(platform_.url());
    admin_->log_in_as_admin();
    shopper_.emplace(platform_.url());
    shopper_->register_account();
    sku_ = admin_->make_product(1999, 10);
  }
  ~PaypalJourney() override {
    EXPECT_EQ(platform_.stop(), 0);
    runtime::run_on(loop_.executor(), [this] { return paypal_.stop(); });
  }

  /// On the fake's own thread.
  void at_paypal(std::function<void(FakePaypal&)> action) {
    runtime::run_on(loop_.executor(), [&] { return do_there(paypal_, action); });
  }
  static Task<> do_there(FakePaypal& fake, std::function<void(FakePaypal&)> action) {
    action(fake);
    co_return;
  }

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
  int post_webhook(const std::string& provider, const std::string& body) {
    http::BlockingClient client{platform_.url()};
    http::ClientRequest request{.method = http::Method::post,
                                .target = "/api/v1/payments/webhooks/" + provider,
                                .body = body};
    request.headers.add("Content-Type", "application/json");
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
  FakePaypal paypal_{loop_.context(), clock_};
  RunningPlatform platform_{Shape::one_process, {"SOUK_RATE_LIMITS=off"}};
  std::optional<ApiClient> admin_, shopper_;
  std::string sku_;
};

TEST_F(PaypalJourney, FromTheCheckoutToAPartialRefund) {
  const auto key = ApiClient::unique_key();
  const auto waiting = buy(key);
  ASSERT_EQ(waiting.status, 202) << json::serialize(waiting.body);
  EXPECT_EQ(waiting.text("status"), "pending");
  EXPECT_EQ(waiting.text("payment.status"), "requires_action");
  EXPECT_EQ(waiting.text("payment.provider"), "paypal");
  EXPECT_EQ(waiting.text("payment.next_action.type"), "redirect");
  const auto id = waiting.text("id");
  EXPECT_EQ(come_back(id).text("status"), "pending") << "back too early";
  EXPECT_EQ(buy(key).text("id"), id) << "the same key is the same order";

  at_paypal([&](FakePaypal& fake) { fake.approve(paypal_id(waiting)); });
  come_back(id);
  EXPECT_TRUE(eventually(
      [&] { return shopper_->get("/api/v1/orders/" + id).text("status") == "confirmed"; }));
  EXPECT_EQ(buy(key).text("status"), "confirmed");

  const auto invoice = documents(id, 1);
  EXPECT_THAT(invoice.text("items.0.number"), ::testing::StartsWith("INV-"));
  EXPECT_EQ(invoice.number("items.0.total.amount"), 3998);
  EXPECT_EQ(refund(id, 500).status, 201);
  EXPECT_EQ(shopper_->get("/api/v1/orders/" + id).text("status"), "partially_refunded");
  const auto credited = documents(id, 2);
  EXPECT_THAT(credited.text("items.0.number"), ::testing::StartsWith("CN-"));
  EXPECT_EQ(credited.text("items.0.invoice_number"), invoice.text("items.0.number"));
  EXPECT_EQ(credited.number("items.0.total.amount"), 500);
  at_paypal([](FakePaypal& fake) {
    EXPECT_EQ(fake.captures().size(), 1U);
    EXPECT_EQ(fake.money(), 3998 - 500);
    EXPECT_TRUE(fake.complaints().empty());
  });
  expect_books_to_balance();
}

TEST_F(PaypalJourney, ADeclineGivesTheStockBackAndTheNextOrderBuys) {
  const auto waiting = buy();
  at_paypal([&](FakePaypal& fake) {
    fake.approve(paypal_id(waiting));
    fake.refuse_next_capture("INSTRUMENT_DECLINED");
  });
  const auto id = waiting.text("id");
  come_back(id);
  EXPECT_TRUE(eventually(
      [&] { return shopper_->get("/api/v1/orders/" + id).text("status") == "payment_failed"; }));
  EXPECT_TRUE(
      eventually([&] { return admin_->get("/api/v1/inventory/" + sku_).number("reserved") == 0; }));
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
