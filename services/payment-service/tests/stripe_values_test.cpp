#include <gtest/gtest.h>

#include "internal/gateway/stripe_amount.hpp"
#include "internal/gateway/stripe_client.hpp"
#include "internal/gateway/stripe_intent.hpp"

namespace souk::payment {
namespace {

Money money(std::int64_t amount, const char* currency) {
  return {amount, Currency::from(currency)};
}

TEST(StripeAmount, CountsInStripesSmallestUnit) {
  EXPECT_EQ(to_stripe(money(1999, "USD")), 1999);
  EXPECT_EQ(to_stripe(money(500, "JPY")), 500);
  EXPECT_EQ(to_stripe(money(1230, "KWD")), 1230);
  EXPECT_EQ(to_stripe(money(1234, "KWD")), std::nullopt) << "the last of three decimals is zero";
  EXPECT_EQ(to_stripe(money(15, "ISK")), 1500) << "no decimals by ISO, two at Stripe";
  EXPECT_EQ(to_stripe(money(15, "UGX")), 1500);
  EXPECT_EQ(to_stripe(money(1500, "MGA")), 15) << "two decimals by ISO, none at Stripe";
  EXPECT_EQ(to_stripe(money(1550, "MGA")), std::nullopt);
  EXPECT_EQ(to_stripe(money(99'999'999, "USD")), 99'999'999);
  EXPECT_EQ(to_stripe(money(100'000'000, "USD")), std::nullopt) << "Stripe takes eight digits";
  EXPECT_EQ(to_stripe(money(INT64_MAX / 10, "ISK")), std::nullopt);
}

TEST(StripeAmount, ReadsBackWhatItWrote) {
  for (const auto& amount : {money(1999, "USD"), money(500, "JPY"), money(1230, "KWD"),
                             money(15, "ISK"), money(1500, "MGA"), money(7, "UGX")}) {
    EXPECT_EQ(from_stripe(to_stripe(amount).value(), amount.currency().code()), amount);
  }
  EXPECT_EQ(from_stripe(1999, "usd"), money(1999, "USD"));
  EXPECT_EQ(from_stripe(1050, "isk"), std::nullopt);
  EXPECT_EQ(from_stripe(1, "xxq"), std::nullopt);
}

TEST(StripeForm, EncodesBracketsAndValues) {
  StripeForm form;
  form.add("amount", 5).add("metadata[order_id]", "a&b=c d").add("expand[]", "latest_charge");
  EXPECT_EQ(form.text(),
            "amount=5&metadata%5Border_id%5D=a%26b%3Dc%20d&expand%5B%5D=latest_charge");
}

TEST(StripeIntent, ReasonsBecomeThePlatforms) {
  EXPECT_EQ(decline_code_of("card_declined", "insufficient_funds"), "insufficient_funds");
  EXPECT_EQ(decline_code_of("card_declined", "generic_decline"), "card_declined");
  EXPECT_EQ(decline_code_of("card_declined", "stolen_card"), "card_declined")
      << "the shopper is told no more";
  EXPECT_EQ(decline_code_of("expired_card", ""), "expired_card");
  EXPECT_EQ(decline_code_of("authentication_required", "authentication_required"),
            "authentication_required");
  EXPECT_EQ(decline_code_of("payment_intent_authentication_failure", ""), "authentication_failed");
  EXPECT_EQ(decline_code_of("processing_error", ""), "try_again");
  EXPECT_EQ(decline_code_of("card_declined", "try_again_later"), "try_again");
}

StripeIntent read(std::string_view members) {
  const auto text = R"({"object":"payment_intent","id":"pi_1","amount":1999,"currency":"usd")" +
                    std::string{members} + "}";
  return read_intent(boost::json::parse(text)).value();
}

TEST(StripeIntent, EveryStatusHasItsMeaning) {
  const auto failed = R"(,"last_payment_error":{"code":"card_declined"})";
  EXPECT_EQ(read(R"(,"status":"succeeded")").charge.state, ChargeState::captured);
  EXPECT_EQ(read(R"(,"status":"requires_capture")").charge.state, ChargeState::authorized);
  EXPECT_EQ(read(R"(,"status":"processing")").charge.state, ChargeState::processing);
  EXPECT_EQ(read(R"(,"status":"canceled")").charge.state, ChargeState::cancelled);
  EXPECT_FALSE(read(R"(,"status":"requires_payment_method")").asked) << "only prepared";
  EXPECT_FALSE(read(R"(,"status":"requires_confirmation")").asked);

  const auto declined = read(std::string{R"(,"status":"requires_payment_method")"} + failed);
  EXPECT_EQ(declined.charge.state, ChargeState::declined);
  EXPECT_TRUE(declined.can_be_retried) << "whoever has the client secret could pay still";
  const auto ended = read(std::string{R"(,"status":"canceled")"} + failed);
  EXPECT_EQ(ended.charge.state, ChargeState::declined);
  EXPECT_FALSE(ended.can_be_retried);
}

TEST(StripeIntent, SaysWhatTheCustomerHasToDo) {
  const auto redirect = read(
      R"(,"status":"requires_action","client_secret":"s","next_action":{"type":"redirect_to_url",)"
      R"("redirect_to_url":{"url":"https://bank/1"}})");
  EXPECT_EQ(redirect.charge.action, (NextAction{"redirect", "https://bank/1", "s"}));
  const auto script = read(
      R"(,"status":"requires_action","client_secret":"s","next_action":{"type":"use_stripe_sdk"})");
  EXPECT_EQ(script.charge.action, (NextAction{"stripe_sdk", "", "s"}));
}

TEST(StripeIntent, WhatIsNoneIsNotRead) {
  for (
      const char* text :
      {"{}", "[]", R"({"object":"charge"})",
       R"({"object":"payment_intent","id":"pi","amount":"5","currency":"usd","status":"succeeded"})",
       R"({"object":"payment_intent","id":"pi","amount":5,"currency":"xxq","status":"succeeded"})",
       R"({"object":"payment_intent","id":"pi","amount":5,"currency":"usd","status":"new_one"})"}) {
    EXPECT_FALSE(read_intent(boost::json::parse(text))) << text;
  }
}

}  // namespace
}  // namespace souk::payment
