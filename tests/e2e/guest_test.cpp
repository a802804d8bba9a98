#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/api_client.hpp"
#include "support/running_platform.hpp"
#include "support/smtp_server.hpp"

/// Somebody buys without an account: from the cart to the mails, delivery and tax included.
namespace souk::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kPassword[] = "correct horse battery";

boost::json::object usd(std::int64_t amount) { return {{"amount", amount}, {"currency", "USD"}}; }

class GuestJourney : public ::testing::TestWithParam<Shape> {
 protected:
  GuestJourney() {
    platform_.start();
    admin_.emplace(platform_.url());
    admin_->log_in_as_admin();
    sku_ = admin_->make_product(1999, 100);
  }

  void arrive(ApiClient& client) {
    const auto session =
        client.post("/api/v1/auth/guest", {{"email", email_}, {"full_name", "Zoë Smith"}});
    EXPECT_EQ(session.status, 201) << session.body;
    EXPECT_EQ(session.text("user.roles.0"), "guest");
    EXPECT_EQ(session.text("token_type"), "Bearer");
    client.use_token(session.text("access_token"));
  }

  void offer(std::string code, std::int64_t price, boost::json::array countries = {}) {
    const auto made = admin_->post("/api/v1/shipping/methods", {{"code", code},
                                                                {"name", "By " + code},
                                                                {"price", usd(price)},
                                                                {"free_from", usd(10'000)},
                                                                {"countries", countries},
                                                                {"max_days", 3}});
    ASSERT_EQ(made.status, 201) << made.body;
  }

  SmtpServer server_;
  RunningPlatform platform_{GetParam(),
                            {"SOUK_RATE_LIMITS=off", "SOUK_TAX_RATES=US=10,*=0",
                             "SMTP_URL=" + server_.url(), "SMTP_CA_FILE=" + server_.ca_file(),
                             "MAIL_FROM=orders@shop.example", "MAIL_RATE_PER_SECOND=200"}};
  std::optional<ApiClient> admin_;
  std::string sku_;
  const std::string email_ = ApiClient::unique_email();
};

TEST_P(GuestJourney, FromTheCartToTheParcel) {
  offer("express", 1500);
  offer("post", 500, {"US", "CA"});
  ApiClient zoe{platform_.url()};
  arrive(zoe);
  ASSERT_EQ(zoe.put("/api/v1/cart/items/" + sku_, {{"quantity", 1}}).status, 200);
  const auto cart = zoe.post("/api/v1/cart/merge", {{"items", {{{"sku", sku_}, {"quantity", 3}}}}});
  EXPECT_EQ(cart.number("subtotal.amount"), 5997) << cart.body;
  EXPECT_EQ(cart.text("items.0.problem"), "");

  const auto rates = zoe.get("/api/v1/shipping/rates?country=US&subtotal=5997");
  EXPECT_EQ(rates.text("items.0.code"), "post") << rates.body;
  EXPECT_EQ(rates.number("items.0.price.amount"), 500);
  EXPECT_EQ(zoe.get("/api/v1/shipping/rates?country=DE").text("items.0.code"), "express");
  EXPECT_EQ(
      zoe.get("/api/v1/shipping/rates?country=US&subtotal=10000").number("items.0.price.amount"),
      0);

  auto wish = ApiClient::order_of(sku_, 2).as_object();
  wish["shipping_method"] = "post";
  wish["expected_total"] = usd(4948);  // 3998 + 500, and 10 % of each line: 400 + 50
  const auto order = zoe.post("/api/v1/orders", wish, ApiClient::unique_key());
  ASSERT_EQ(order.status, 201) << order.body;
  EXPECT_EQ(order.number("shipping_total.amount"), 500);
  EXPECT_EQ(order.number("tax_total.amount"), 450);
  EXPECT_EQ(order.number("total.amount"), 4948);
  EXPECT_EQ(order.text("shipping.name"), "By post");
  EXPECT_EQ(order.number("shipping.max_days"), 3);
  EXPECT_EQ(zoe.get("/api/v1/cart").number("items.0.quantity"), 1) << "two of three were bought";

  const auto id = order.text("id");
  EXPECT_EQ(zoe.get("/api/v1/orders").text("items.0.id"), id);
  const auto numbered = [&] {
    const auto reply = zoe.get("/api/v1/orders/" + id + "/invoice");
    return reply.status == 200 && !reply.text("number").empty();
  };
  ASSERT_TRUE(eventually(numbered));
  const auto invoice = zoe.get("/api/v1/orders/" + id + "/invoice");
  EXPECT_EQ(invoice.number("shipping_total.amount"), 500);
  EXPECT_EQ(invoice.number("tax_lines.0.taxable.amount"), 4498);
  EXPECT_EQ(invoice.number("total.amount"), 4948);

  EXPECT_EQ(admin_->post("/api/v1/orders/" + id + "/fulfil", boost::json::object{}).status, 200);
  const auto mails = server_.wait_for(email_, 3);
  ASSERT_EQ(mails.size(), 3U) << "confirmation, payment, parcel; no welcome";
  const auto of = [&](const std::string& subject) {
    const auto found = std::ranges::find_if(mails, [&](const ReceivedMail& mail) {
      return mail.header("Subject").find(subject) != std::string::npos;
    });
    return found == mails.end() ? ReceivedMail{} : *found;
  };
  const auto confirmation = of("Your order " + order.text("number"));
  EXPECT_THAT(confirmation.text(), HasSubstr("Hello Zoë Smith"));
  EXPECT_THAT(confirmation.text(), HasSubstr("Shipping  $5.00"));
  EXPECT_THAT(confirmation.text(), HasSubstr("$49.48"));
  // On another device, without the session that he ordered in.
  const auto text = confirmation.text();
  constexpr std::string_view kLink = "/orders/view#token=";
  const auto at = text.find(kLink);
  ASSERT_NE(at, std::string::npos) << text;
  const auto token =
      text.substr(at + kLink.size(), text.find_first_of("\r\n", at) - at - kLink.size());
  ApiClient elsewhere{platform_.url()};
  const auto seen = elsewhere.post("/api/v1/orders/by-link", {{"token", token}});
  EXPECT_EQ(seen.text("number"), order.text("number")) << seen.body;
  EXPECT_EQ(seen.text("status"), "fulfilled");
  EXPECT_THAT(confirmation.html(), HasSubstr(token));
  EXPECT_THAT(platform_.log(), Not(HasSubstr(token)));
  bool can_unsubscribe = false;
  for (const auto& mail : mails) {
    if (mail.header("List-Unsubscribe").empty()) continue;
    can_unsubscribe = true;
    EXPECT_THAT(mail.header("List-Unsubscribe-Post"), HasSubstr("One-Click"));
  }
  EXPECT_TRUE(can_unsubscribe);
  EXPECT_THAT(platform_.log(), Not(HasSubstr(email_)));
}

// Whoever has typed in an address has not shown that it is his.
TEST_P(GuestJourney, NobodyComesToAGuestsOrdersByHisAddress) {
  ApiClient zoe{platform_.url()};
  arrive(zoe);
  const auto order = zoe.order(sku_, 1);
  ASSERT_EQ(order.status, 201) << order.body;
  const auto path = "/api/v1/orders/" + order.text("id");
  ApiClient other{platform_.url()};
  arrive(other);
  EXPECT_EQ(other.get(path).status, 404);
  ApiClient eve{platform_.url()};
  eve.register_account(email_);
  EXPECT_EQ(eve.get(path).status, 404);
  EXPECT_THAT(eve.get("/api/v1/orders").at("items").as_array(), IsEmpty());
  EXPECT_THAT(eve.get("/api/v1/cart").at("items").as_array(), IsEmpty());
  EXPECT_EQ(zoe.get(path).status, 200) << "the guest lost what he had";

  EXPECT_EQ(zoe.get("/api/v1/users/addresses").text("code"), "forbidden");
  EXPECT_EQ(zoe.get("/api/v1/admin/orders").text("code"), "forbidden");
  ApiClient nobody{platform_.url()};
  EXPECT_EQ(nobody.post("/api/v1/auth/login", {{"email", email_}, {"password", "x"}}).status, 401);
  eve.log_in(email_, kPassword);
}

INSTANTIATE_TEST_SUITE_P(Guests, GuestJourney,
                         ::testing::Values(Shape::one_process, Shape::seven_processes));

}  // namespace
}  // namespace souk::testing
