#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "internal/gateway/paypal_amount.hpp"
#include "internal/gateway/paypal_certificates.hpp"
#include "internal/gateway/paypal_order.hpp"

namespace souk::payment {
namespace {

namespace json = boost::json;

std::optional<std::string> value(std::int64_t minor, const char* currency) {
  return paypal::to_value({minor, Currency::from(currency)});
}

TEST(PaypalAmount, HasTheDecimalsThatPayPalTakes) {
  EXPECT_EQ(value(1999, "USD"), "19.99");
  EXPECT_EQ(value(5, "EUR"), "0.05");
  EXPECT_EQ(value(100'000'000, "GBP"), "1000000.00");
  EXPECT_EQ(value(500, "JPY"), "500");
  EXPECT_EQ(value(50'000, "HUF"), "500");
  EXPECT_EQ(value(1200, "TWD"), "12");
}

TEST(PaypalAmount, IsRefusedWherePayPalWouldRefuseIt) {
  EXPECT_EQ(value(50'050, "HUF"), std::nullopt) << "500.50 forint cannot be paid";
  EXPECT_EQ(value(1, "TWD"), std::nullopt);
  EXPECT_EQ(value(1999, "KWD"), std::nullopt) << "no account takes dinars";
  EXPECT_EQ(value(1999, "INR"), std::nullopt);
  EXPECT_EQ(value(-1, "USD"), std::nullopt);
}

TEST(PaypalAmount, ComesBackAsItWent) {
  for (const char* currency : {"USD", "JPY", "EUR", "SEK"}) {
    for (const std::int64_t minor : {0L, 1L, 99L, 100L, 101L, 1999L, 123'456'789L}) {
      const Money money{minor, Currency::from(currency)};
      EXPECT_EQ(paypal::from_value(*paypal::to_value(money), currency), money);
    }
  }
  EXPECT_EQ(paypal::from_value("500", "HUF")->amount_minor(), 50'000);
  EXPECT_EQ(paypal::from_value("500.00", "JPY")->amount_minor(), 500);
  EXPECT_EQ(paypal::from_value("-0.30", "USD")->amount_minor(), -30);
  EXPECT_EQ(paypal::from_value("19.9", "USD")->amount_minor(), 1990);
}

TEST(PaypalAmount, ReadsNothingElse) {
  for (const char* text : {"", "-", ".", ".5", "1,00", "19.999", "1e3", " 1", "0x10", "--1",
                           "12345678901234567890", "1.2.3"}) {
    EXPECT_EQ(paypal::from_value(text, "USD"), std::nullopt) << text;
  }
  EXPECT_EQ(paypal::from_value("1.00", "XXX"), std::nullopt);
}

TEST(PaypalCertificate, IsFetchedFromPayPalOnly) {
  for (const char* url : {"https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594",
                          "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
                          "https://paypal.com/v1/notifications/certs/CERT-1.pem"}) {
    EXPECT_TRUE(paypal::is_certificate_url(url)) << url;
  }
  const std::string path = "/v1/notifications/certs/CERT-1";
  for (const auto& url : {"http://api.paypal.com" + path,
                          "https://evil.example" + path,
                          "https://notpaypal.com" + path,
                          "https://paypal.com.evil.example" + path,
                          "https://api.paypal.com@evil.example" + path,
                          "https://evil.example#.paypal.com" + path,
                          "https://evil.example\\.paypal.com" + path,
                          "https://evil.example/.paypal.com" + path,
                          "https://api.paypal.com:8443" + path,
                          "https://api.paypal.com:443@evil" + path,
                          "https://xn--pypal-4ve.com" + path,
                          "https://API.PAYPAL.COM.evil" + path,
                          "https://127.0.0.1" + path,
                          "https://[::1]" + path,
                          "https://" + path,
                          path,
                          std::string{"https://api.paypal.com"},
                          std::string{"https://api.paypal.com/"},
                          std::string{"https://api.paypal.com/v1/notifications/certs/"},
                          std::string{"https://api.paypal.com/v1/notifications/certs/../../oauth2"},
                          "https://api.paypal.com" + path + "?u=https://evil.example",
                          "https://api.paypal.com" + path + "/../../redirect",
                          "https://api.paypal.com/x" + path,
                          "https://api.paypal.com" + path + std::string(600, 'a'),
                          std::string{}}) {
    EXPECT_FALSE(paypal::is_certificate_url(url)) << url;
  }
}

paypal::Order order(const char* status, const char* intent, const char* payments) {
  const auto text = std::string{R"({"id":"5O1","status":")"} + status + R"(","intent":")" + intent +
                    R"(","purchase_units":[{"custom_id":"k","amount":{"currency_code":"USD",)" +
                    R"("value":"19.99"})" + payments + R"(}],"links":[{"rel":"approve","href":)" +
                    R"("https://www.paypal.com/a"}]})";
  return paypal::read_order(json::parse(text)).value();
}

TEST(PaypalOrder, IsReadByItsStateAndThatOfItsCapture) {
  const auto created = order("CREATED", "CAPTURE", "");
  EXPECT_EQ(created.charge.state, ChargeState::requires_action);
  EXPECT_EQ(created.charge.action->type, "redirect");
  EXPECT_EQ(created.charge.action->url, "https://www.paypal.com/a");
  EXPECT_EQ(created.charge.reference, "5O1");
  EXPECT_TRUE(order("APPROVED", "CAPTURE", "").approved);
  EXPECT_EQ(order("APPROVED", "AUTHORIZE", "").charge.state, ChargeState::cancelled);
  EXPECT_FALSE(order("APPROVED", "AUTHORIZE", "").approved);
  EXPECT_EQ(order("VOIDED", "CAPTURE", "").charge.state, ChargeState::cancelled);

  const auto captured = order("COMPLETED", "CAPTURE",
                              R"(,"payments":{"captures":[
                 {"id":"0","status":"DECLINED","amount":{"currency_code":"USD","value":"19.99"}},
                 {"id":"3C6","status":"PARTIALLY_REFUNDED",
                  "amount":{"currency_code":"USD","value":"19.99"},
                  "seller_receivable_breakdown":
                    {"paypal_fee":{"currency_code":"USD","value":"0.88"}}}],
               "refunds":[
                 {"id":"r","status":"COMPLETED","amount":{"currency_code":"USD","value":"5.00"}},
                 {"id":"s","status":"FAILED","amount":{"currency_code":"USD","value":"6.00"}}]})");
  EXPECT_EQ(captured.charge.state, ChargeState::captured);
  EXPECT_EQ(captured.charge.reference, "3C6");
  EXPECT_EQ(captured.charge.idempotency_key, "k");
  EXPECT_EQ(captured.charge.refunded_minor, 500);
  EXPECT_EQ(captured.charge.fees_minor, 88);
}

TEST(PaypalOrder, ThatMakesNoSenseIsNone) {
  for (const char* text : {"null", "{}", "[]", R"({"id":"1","status":"CREATED"})",
                           R"({"id":"1","intent":"CAPTURE","status":"NEW","purchase_units":
                              [{"amount":{"currency_code":"USD","value":"1.00"}}]})",
                           R"({"id":"1","intent":"CAPTURE","status":"CREATED","purchase_units":
                              [{"amount":{"currency_code":"USD","value":"x"}}]})"}) {
    EXPECT_FALSE(paypal::read_order(json::parse(text))) << text;
  }
}

TEST(PaypalDecline, HasTheWordsOfThePlatform) {
  EXPECT_EQ(paypal::decline_code("INSTRUMENT_DECLINED"), "card_declined");
  EXPECT_EQ(paypal::decline_code("CARD_EXPIRED"), "expired_card");
  EXPECT_EQ(paypal::decline_code("5120"), "insufficient_funds");
  EXPECT_EQ(paypal::decline_code("ORDER_ALREADY_CAPTURED"), "");
  EXPECT_EQ(paypal::decline_code(""), "");
}

}  // namespace
}  // namespace souk::payment
