#pragma once

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/blocking.hpp"
#include "runtime/event_loop.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

namespace souk::testing {

/// Purchases through the public API, as a shop has them that has filled in the keys of a provider, behind
/// which a fake stands. At the end the fake has nothing to complain of.
template <class Fake>
class ProviderJourney : public ::testing::Test {
 protected:
  ProviderJourney() {
    at_provider([](Fake& fake) { fake.start(); });
  }
  ~ProviderJourney() override {
    EXPECT_EQ(platform_.stop(), 0);
    at_provider([](Fake& fake) { EXPECT_THAT(fake.complaints(), ::testing::IsEmpty()); });
    runtime::run_on(loop_.executor(), [this] { return fake_.stop(); });
  }

  /// With the provider's keys.
  void open_shop(const std::vector<std::string>& settings) {
    platform_.add_environment(settings);
    platform_.add_environment({"SHOP_URL=https://shop.example"});
    platform_.start();
    admin_.emplace(platform_.url());
    admin_->log_in_as_admin();
    shopper_.emplace(platform_.url());
    shopper_->register_account();
    sku_ = admin_->make_product(1999, 10);
  }

  /// On the fake's own thread.
  void at_provider(std::function<void(Fake&)> action) {
    runtime::run_on(loop_.executor(), [&] { return do_there(fake_, action); });
  }
  static Task<> do_there(Fake& fake, std::function<void(Fake&)> action) {
    action(fake);
    co_return;
  }

  int post_webhook(const std::string& provider, const std::string& body,
                   const std::map<std::string, std::string>& headers = {}) {
    http::BlockingClient client{platform_.url()};
    http::ClientRequest request{.method = http::Method::post,
                                .target = "/api/v1/payments/webhooks/" + provider,
                                .body = body};
    request.headers.add("Content-Type", "application/json");
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return client.request(std::move(request)).status;
  }

  bool becomes(const std::string& order, std::string_view status) {
    return eventually(
        [&] { return shopper_->get("/api/v1/orders/" + order).text("status") == status; });
  }
  bool stock_is_free() {
    return eventually(
        [&] { return admin_->get("/api/v1/inventory/" + sku_).number("reserved") == 0; });
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
    })) << boost::json::serialize(reply.body);
    return reply;
  }
  ApiReply refund(const std::string& order, std::int64_t amount) {
    return admin_->post(
        "/api/v1/orders/" + order + "/refunds",
        {{"amount", {{"amount", amount}, {"currency", "USD"}}}, {"reason", "broken"}},
        ApiClient::unique_key());
  }
  /// A confirmed order over 39.98 is invoiced; five of it go back, and a credit note says so.
  void expect_invoice_then_partial_refund(const std::string& order) {
    const auto invoice = documents(order, 1);
    EXPECT_THAT(invoice.text("items.0.number"), ::testing::StartsWith("INV-"));
    EXPECT_EQ(invoice.number("items.0.total.amount"), 3998);
    EXPECT_EQ(refund(order, 500).status, 201);
    EXPECT_EQ(shopper_->get("/api/v1/orders/" + order).text("status"), "partially_refunded");
    const auto credited = documents(order, 2);
    EXPECT_THAT(credited.text("items.0.number"), ::testing::StartsWith("CN-"));
    EXPECT_EQ(credited.text("items.0.invoice_number"), invoice.text("items.0.number"));
    EXPECT_EQ(credited.number("items.0.total.amount"), 500);
    at_provider([](Fake& fake) { EXPECT_EQ(fake.money(), 3998 - 500); });
    expect_books_to_balance();
  }
  /// Ours, the provider's and the documents agree, and every entry balances.
  void expect_books_to_balance() {
    const auto reconciled = platform_.souk({"payments", "reconcile"});
    EXPECT_EQ(reconciled.exit_code, 0) << reconciled.out << reconciled.err;
    EXPECT_THAT(reconciled.out, ::testing::HasSubstr("the books balance"));
  }
  /// How the shop's page is told to take payments.
  ApiReply methods() { return ApiClient{platform_.url()}.get("/api/v1/payments/methods"); }

  SystemClock clock_;
  runtime::EventLoop loop_;
  Fake fake_{loop_.context(), clock_};
  RunningPlatform platform_{Shape::one_process, {"SOUK_RATE_LIMITS=off"}};
  std::optional<ApiClient> admin_, shopper_;
  std::string sku_;
};

}  // namespace souk::testing
