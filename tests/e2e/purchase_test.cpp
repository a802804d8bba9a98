#include <fstream>
#include <future>
#include <set>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "http/blocking_client.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// The whole purchase through the public API, in every shape of hosting. One platform per shape.
namespace souk::testing {
namespace {

class Purchase : public ::testing::TestWithParam<Shape> {
 protected:
  static void TearDownTestSuite() { platforms().clear(); }

  static std::map<Shape, std::unique_ptr<RunningPlatform>>& platforms() {
    static std::map<Shape, std::unique_ptr<RunningPlatform>> running;
    return running;
  }

  void SetUp() override {
    auto& platform = platforms()[GetParam()];
    if (!platform) {
      platforms().clear();  // one shape at a time
      auto fresh = std::make_unique<RunningPlatform>(
          GetParam(), std::vector<std::string>{"SOUK_RATE_LIMITS=off"});
      fresh->start();
      platforms()[GetParam()] = std::move(fresh);
    }
    platform_ = platforms()[GetParam()].get();
    admin_ = std::make_unique<ApiClient>(platform_->url());
    admin_->log_in_as_admin();
    shopper_ = std::make_unique<ApiClient>(platform_->url());
    shopper_->register_account();
  }

  std::int64_t stock(const std::string& sku, std::string_view what) {
    return admin_->get("/api/v1/inventory/" + sku).number(what);
  }

  /// The gateways in turn.
  std::string gateway(int i) const {
    const auto urls = platform_->urls();
    return urls[static_cast<std::size_t>(i) % urls.size()];
  }

  /// Runs `action(i)` on `count` threads at once.
  template <class F>
  auto at_once(int count, F action) {
    std::vector<std::future<std::invoke_result_t<F, int>>> futures;
    for (int i = 0; i < count; ++i) futures.push_back(std::async(std::launch::async, action, i));
    std::vector<std::invoke_result_t<F, int>> results;
    for (auto& future : futures) results.push_back(future.get());
    return results;
  }

  /// Charges that the provider really made for an order.
  int charges_of(const std::string& order_id) {
    int count = 0;
    ApiClient provider{platform_->provider_url()};
    std::string after;
    for (;;) {
      const auto page =
          provider.get("/v1/charges?limit=100" + (after.empty() ? "" : "&after=" + after));
      const auto& items = page.at("items").as_array();
      if (items.empty()) return count;
      for (const auto& charge : items) {
        if (boost::json::serialize(charge).find(order_id) != std::string::npos) ++count;
        after = charge.at("id").as_string();
      }
    }
  }

  RunningPlatform* platform_ = nullptr;
  std::unique_ptr<ApiClient> admin_;
  std::unique_ptr<ApiClient> shopper_;
};

TEST_P(Purchase, ACustomerWhoHasToActFirst) {
  const auto sku = admin_->make_product(1999, 10);
  const auto order = shopper_->order(sku, 2, "tok_3ds");
  ASSERT_EQ(order.status, 202) << boost::json::serialize(order.body);
  const auto id = order.text("id");
  EXPECT_EQ(order.text("payment.status"), "requires_action");
  EXPECT_EQ(order.text("payment.next_action.type"), "redirect");
  const auto page = order.text("payment.next_action.redirect_url");
  EXPECT_EQ(shopper_->get("/api/v1/orders/" + id).text("payment.next_action.redirect_url"), page);
  EXPECT_EQ(stock(sku, "reserved"), 2) << "held meanwhile";
  const auto back = "/api/v1/orders/" + id + "/payment/return";
  EXPECT_EQ(shopper_->post(back, boost::json::object{}).status, 202) << "not done yet";
  ApiClient other{platform_->url()};
  other.register_account();
  EXPECT_EQ(other.post(back, boost::json::object{}).status, 404);

  http::BlockingClient bank{platform_->provider_url()};
  http::ClientRequest form{.method = http::Method::post,
                           .target = page.substr(page.find("/v1/")),
                           .body = "decision=approve"};
  EXPECT_EQ(bank.request(std::move(form)).status, 303);
  const auto paid = shopper_->post(back, boost::json::object{});
  EXPECT_EQ(paid.status, 200) << boost::json::serialize(paid.body);
  EXPECT_EQ(paid.text("status"), "confirmed");
  EXPECT_EQ(charges_of(id), 1);

  const boost::json::object half{{"amount", {{"amount", 1999}, {"currency", "USD"}}},
                                 {"reason", "one came broken"}};
  EXPECT_EQ(admin_->post("/api/v1/orders/" + id + "/refunds", half, "refund-" + id).status, 201);
  EXPECT_TRUE(eventually([&] {
    return shopper_->get("/api/v1/orders/" + id).text("status") == "partially_refunded";
  }));
}

TEST_P(Purchase, AJourneyFromTheAccountToTheDelivery) {
  const auto email = ApiClient::unique_email();
  shopper_->register_account(email);
  EXPECT_EQ(shopper_->get("/api/v1/users/profile").text("email"), email);
  const auto sku = admin_->make_product(1999, 10);

  const auto order = shopper_->order(sku, 2);
  ASSERT_EQ(order.status, 201) << boost::json::serialize(order.body);
  EXPECT_EQ(order.text("status"), "confirmed");
  EXPECT_EQ(order.number("total.amount"), 3998);
  EXPECT_EQ(order.text("payment.status"), "captured");
  const auto id = order.text("id");
  EXPECT_EQ(order.headers.get("Location"), "/api/v1/orders/" + id);

  EXPECT_EQ(shopper_->get("/api/v1/orders").text("items.0.id"), id);
  EXPECT_EQ(shopper_->get("/api/v1/orders/" + id).text("status"), "confirmed");
  EXPECT_TRUE(
      eventually([&] { return stock(sku, "on_hand") == 8 && stock(sku, "reserved") == 0; }));
  EXPECT_EQ(charges_of(id), 1);

  EXPECT_EQ(admin_->post("/api/v1/orders/" + id + "/fulfil", {{"tracking_number", "TRACK-1"}})
                .text("status"),
            "fulfilled");
  EXPECT_EQ(admin_->post("/api/v1/orders/" + id + "/deliver", boost::json::object{}).text("status"),
            "delivered");
  const auto timeline = admin_->get("/api/v1/orders/" + id + "/events");
  EXPECT_GE(timeline.at("items").as_array().size(), 4U);

  const auto mails = [&] {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator{platform_->mail_folder()}) {
      std::ifstream stream{file.path()};
      const std::string text{std::istreambuf_iterator<char>{stream}, {}};
      if (text.find("<" + email + ">") != std::string::npos) all += text;
    }
    return all;
  };
  EXPECT_TRUE(eventually([&] {
    const auto all = mails();
    return all.find("Subject: Welcome") != std::string::npos &&
           all.find("Subject: Your order " + order.text("number") + "\r\n") != std::string::npos &&
           all.find("Subject: We received your payment") != std::string::npos &&
           all.find("is on its way") != std::string::npos;
  })) << mails();
}

TEST_P(Purchase, SixtyFourShoppersForTen) {
  const auto sku = admin_->make_product(500, 10);
  const auto statuses = at_once(64, [&](int i) {
    ApiClient client{gateway(i)};
    client.use_token(shopper_->token());
    return client.order(sku, 1).status;
  });
  EXPECT_EQ(std::ranges::count(statuses, 201), 10);
  EXPECT_EQ(std::ranges::count(statuses, 409), 54);
  EXPECT_TRUE(eventually([&] { return stock(sku, "on_hand") == 0; }));
  EXPECT_EQ(stock(sku, "available"), 0);
}

TEST_P(Purchase, TheSameKeyFiftyTimesIsOneOrder) {
  const auto sku = admin_->make_product(500, 1000);
  const auto key = ApiClient::unique_key();
  const auto replies = at_once(50, [&](int i) {
    ApiClient client{gateway(i)};
    client.use_token(shopper_->token());
    return client.order(sku, 1, "tok_visa", key);
  });
  std::set<std::string> ids;
  for (const auto& reply : replies) {
    if (reply.status == 201) {
      ids.insert(reply.text("id"));
    } else {
      EXPECT_EQ(reply.status, 409);
      EXPECT_EQ(reply.text("code"), "idempotency_in_progress");
    }
  }
  ASSERT_EQ(ids.size(), 1U);
  EXPECT_EQ(charges_of(*ids.begin()), 1);
  EXPECT_EQ(stock(sku, "available"), 999);
  const auto again = shopper_->order(sku, 1, "tok_visa", key);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.text("id"), *ids.begin());
  EXPECT_EQ(again.headers.get("Idempotent-Replayed"), "true");
}

TEST_P(Purchase, AKeyBelongsToItsBodyAndItsOwner) {
  const auto sku = admin_->make_product(500, 100);
  const auto key = ApiClient::unique_key();
  const auto first = shopper_->order(sku, 1, "tok_visa", key);
  ASSERT_EQ(first.status, 201);
  const auto other_body = shopper_->order(sku, 2, "tok_visa", key);
  EXPECT_EQ(other_body.status, 422);
  EXPECT_EQ(other_body.text("code"), "idempotency_key_reused");
  ApiClient other{platform_->url()};
  other.register_account();
  const auto others = other.order(sku, 1, "tok_visa", key);
  EXPECT_EQ(others.status, 201);
  EXPECT_NE(others.text("id"), first.text("id"));
  EXPECT_EQ(other.get("/api/v1/orders/" + first.text("id")).status, 404);
  EXPECT_EQ(shopper_->post("/api/v1/orders", ApiClient::order_of(sku, 1)).text("code"),
            "idempotency_key_required");
}

TEST_P(Purchase, ADeclinedCardCostsNothing) {
  const auto sku = admin_->make_product(500, 5);
  for (const auto* token : {"tok_declined", "tok_insufficient_funds"}) {
    const auto reply = shopper_->order(sku, 5, token);
    EXPECT_EQ(reply.status, 402);
    EXPECT_EQ(reply.text("code"), "payment_declined");
    EXPECT_EQ(shopper_->get("/api/v1/orders/" + reply.text("order_id")).text("status"),
              "payment_failed");
    EXPECT_TRUE(eventually([&] { return stock(sku, "available") == 5; })) << token;
  }
}

TEST_P(Purchase, ARefusalIsRepeatedUnderItsKey) {
  const auto sku = admin_->make_product(500, 5);
  const auto key = ApiClient::unique_key();
  const auto first = shopper_->order(sku, 1, "tok_declined", key);
  const auto again = shopper_->order(sku, 1, "tok_declined", key);
  EXPECT_EQ(again.status, 402);
  EXPECT_EQ(again.text("order_id"), first.text("order_id"));
  EXPECT_FALSE(first.headers.get("Idempotent-Replayed"));
  EXPECT_EQ(again.headers.get("Idempotent-Replayed"), "true");
}

TEST_P(Purchase, AProviderThatNeverAnswersChargesOnce) {
  const auto sku = admin_->make_product(500, 5);
  const auto key = ApiClient::unique_key();
  auto reply = shopper_->order(sku, 1, "tok_timeout", key);
  ASSERT_TRUE(reply.status == 201 || reply.status == 202) << reply.status;
  EXPECT_TRUE(eventually(
      [&] {
        reply = shopper_->order(sku, 1, "tok_timeout", key);
        return reply.status == 201;
      },
      std::chrono::seconds{30}));
  EXPECT_EQ(charges_of(reply.text("id")), 1);
}

TEST_P(Purchase, AProviderThatFailsChargesNothing) {
  const auto sku = admin_->make_product(500, 5);
  for (const auto* token : {"tok_error", "tok_unreachable"}) {
    const auto reply = shopper_->order(sku, 1, token);
    EXPECT_GE(reply.status, 402) << token;
    EXPECT_TRUE(eventually([&] { return stock(sku, "available") == 5; }, std::chrono::seconds{30}))
        << token;
  }
  EXPECT_EQ(stock(sku, "on_hand"), 5);
}

TEST_P(Purchase, ThePriceShownIsThePricePaid) {
  const auto sku = admin_->make_product(1000, 5);
  auto body = ApiClient::order_of(sku, 1);
  body.as_object()["expected_total"] = {{"amount", 999}, {"currency", "USD"}};
  const auto changed = shopper_->post("/api/v1/orders", body, ApiClient::unique_key());
  EXPECT_EQ(changed.status, 409);
  EXPECT_EQ(changed.text("code"), "price_changed");
  EXPECT_EQ(stock(sku, "available"), 5);
  body.as_object()["expected_total"] = {{"amount", 1000}, {"currency", "USD"}};
  EXPECT_EQ(shopper_->post("/api/v1/orders", body, ApiClient::unique_key()).status, 201);
}

TEST_P(Purchase, CancellingBringsStockAndMoneyBack) {
  const auto sku = admin_->make_product(1000, 5);
  const auto id = shopper_->order(sku, 3).text("id");
  EXPECT_EQ(
      shopper_->post("/api/v1/orders/" + id + "/cancel", boost::json::object{}).text("status"),
      "cancelled");
  EXPECT_TRUE(
      eventually([&] { return stock(sku, "available") == 5 && stock(sku, "on_hand") == 5; }));
  EXPECT_TRUE(eventually(
      [&] { return admin_->get("/api/v1/orders/" + id).number("refunded_total.amount") == 3000; }));
  EXPECT_EQ(admin_->post("/api/v1/orders/" + id + "/fulfil", boost::json::object{}).status, 409);
}

TEST_P(Purchase, RefundsNeverExceedWhatWasPaid) {
  const auto sku = admin_->make_product(1000, 5);
  const auto id = shopper_->order(sku, 1).text("id");
  const auto path = "/api/v1/orders/" + id + "/refunds";
  EXPECT_EQ(shopper_->post(path, {{"reason", "mine"}}, ApiClient::unique_key()).status, 403);
  const auto statuses = at_once(10, [&](int i) {
    ApiClient client{gateway(i)};
    client.use_token(admin_->token());
    return client
        .post(path, {{"amount", {{"amount", 300}, {"currency", "USD"}}}, {"reason", "damaged"}},
              ApiClient::unique_key())
        .status;
  });
  EXPECT_EQ(std::ranges::count(statuses, 201), 3);
  EXPECT_EQ(std::ranges::count(statuses, 422), 7);
  EXPECT_EQ(admin_->get("/api/v1/orders/" + id).text("status"), "partially_refunded");
  EXPECT_EQ(
      admin_->post(path, {{"reason", "the rest"}}, ApiClient::unique_key()).number("amount.amount"),
      100);
  EXPECT_EQ(admin_->get("/api/v1/orders/" + id).text("status"), "refunded");
}

// One after the other, so that one platform serves all tests of its shape.
INSTANTIATE_TEST_SUITE_P(OneProcess, Purchase, ::testing::Values(Shape::one_process));
INSTANTIATE_TEST_SUITE_P(SevenProcesses, Purchase, ::testing::Values(Shape::seven_processes));
INSTANTIATE_TEST_SUITE_P(Replicas, Purchase, ::testing::Values(Shape::replicas));

}  // namespace
}  // namespace souk::testing
