#include "internal/gateway/stripe_webhook.hpp"

#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "testing/scratch.hpp"

namespace souk::payment {
namespace {

constexpr std::string_view kSecret = "whsec_test_1";
constexpr std::int64_t kNow = 1'700'000'000;
const std::string kBody =
    R"({"id":"evt_1","object":"event","type":"payment_intent.succeeded","created":1700000000,)"
    R"("data":{"object":{"id":"pi_1","object":"payment_intent","name":"Zoë"}}})";

WebhookReading read(std::string signature, std::string body = kBody, std::int64_t now = kNow) {
  return read_stripe_webhook({.headers = {{"stripe-signature", std::move(signature)}},
                              .body = std::move(body),
                              .now = Time{std::chrono::seconds{now}}},
                             kSecret);
}

WebhookRefusal refusal(const WebhookReading& reading) {
  if (reading) throw std::logic_error{"it was believed"};
  return reading.error();
}

TEST(StripeWebhook, WhatStripeSignedIsNews) {
  const auto news = read(sign_stripe_webhook(kBody, kNow, kSecret)).value().value();
  EXPECT_EQ(news.event_id, "evt_1");
  EXPECT_EQ(news.event_type, "payment_intent.succeeded");
  EXPECT_EQ(news.reference, "pi_1");
  EXPECT_FALSE(news.dispute);
}

TEST(StripeWebhook, NothingElseIsBelieved) {
  using enum WebhookRefusal;
  const auto good = sign_stripe_webhook(kBody, kNow, kSecret);
  EXPECT_EQ(refusal(read(sign_stripe_webhook(kBody, kNow, "whsec_other"))), unsigned_or_forged);
  EXPECT_EQ(refusal(read(good, kBody + " ")), unsigned_or_forged);
  EXPECT_EQ(refusal(read("")), unsigned_or_forged);
  EXPECT_EQ(refusal(read("t=1700000000")), unsigned_or_forged);
  EXPECT_EQ(refusal(read("t=1700000000,v1=")), unsigned_or_forged);
  EXPECT_EQ(refusal(read("t=1700000001" + good.substr(good.find(',')))), unsigned_or_forged)
      << "the time is signed too";
  EXPECT_EQ(refusal(read("t=1700000000,v0=" + good.substr(good.find("v1=") + 3))),
            unsigned_or_forged)
      << "another scheme";
  EXPECT_EQ(refusal(read_stripe_webhook({.headers = {}, .body = kBody, .now = {}}, kSecret)),
            unsigned_or_forged);
  EXPECT_EQ(refusal(read(sign_stripe_webhook("{]", kNow, kSecret), "{]")), malformed);
}

TEST(StripeWebhook, FiveMinutesAreTolerated) {
  const auto signature = sign_stripe_webhook(kBody, kNow, kSecret);
  EXPECT_TRUE(read(signature, kBody, kNow + 300));
  EXPECT_TRUE(read(signature, kBody, kNow - 300));
  EXPECT_EQ(refusal(read(signature, kBody, kNow + 301)), WebhookRefusal::too_old);
  EXPECT_EQ(refusal(read(signature, kBody, kNow - 301)), WebhookRefusal::too_old);
}

TEST(StripeWebhook, OneOfSeveralSignaturesIsEnough) {
  const auto old = sign_stripe_webhook(kBody, kNow, "whsec_before");
  const auto ours = sign_stripe_webhook(kBody, kNow, kSecret);
  const auto value = ours.substr(ours.find("v1="));
  EXPECT_TRUE(read(old + "," + value));
  EXPECT_TRUE(read(ours + "," + old.substr(old.find("v1="))));
}

TEST(StripeWebhook, DisputesAreRead) {
  const std::string body =
      R"({"id":"evt_2","type":"charge.dispute.created","created":1700000000,"data":{"object":)"
      R"({"id":"dp_1","object":"dispute","payment_intent":"pi_1","amount":1999,"currency":"usd",)"
      R"("reason":"fraudulent","status":"needs_response"}}})";
  const auto news = read(sign_stripe_webhook(body, kNow, kSecret), body).value().value();
  EXPECT_EQ(news.reference, "pi_1");
  ASSERT_TRUE(news.dispute);
  EXPECT_EQ(news.dispute->id, "dp_1");
  EXPECT_EQ(news.dispute->amount, (Money{1999, Currency::from("USD")}));
  EXPECT_EQ(news.dispute->reason, "fraudulent");
  EXPECT_EQ(news.dispute->status, "needs_response");
}

TEST(StripeWebhook, WhatIsAboutNoPaymentIsOfNoInterest) {
  const std::string body =
      R"({"id":"evt_3","type":"payout.paid","created":1,"data":{"object":{"id":"po_1"}}})";
  const auto reading = read(sign_stripe_webhook(body, kNow, kSecret), body);
  ASSERT_TRUE(reading);
  EXPECT_FALSE(*reading);
}

/// What Stripe's own library prints for a script.
std::string node(const std::string& script) {
  testing::ScratchFolder folder;
  const auto file = folder.path() / "check.js";
  std::ofstream{file} << "const stripe = require('" NODE_MODULES "/stripe')('sk_test_1');\n"
                      << script;
  std::string printed;
  auto* pipe = popen(fmt::format("node {} 2>&1", file.string()).c_str(), "r");
  if (!pipe) throw std::runtime_error{"node does not start"};
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) printed += static_cast<char>(c);
  pclose(pipe);
  return printed;
}

std::string js(std::string_view text) { return fmt::format("String.raw`{}`", text); }

TEST(StripeWebhook, StripesOwnLibrarySignsAndWeVerify) {
  const auto header =
      node(fmt::format("process.stdout.write(stripe.webhooks.generateTestHeaderString("
                       "{{payload: {}, secret: '{}', timestamp: {}}}))",
                       js(kBody), kSecret, kNow));
  EXPECT_TRUE(read(header)) << header;
  EXPECT_EQ(header, sign_stripe_webhook(kBody, kNow, kSecret));
}

TEST(StripeWebhook, WeSignAndStripesOwnLibraryVerifies) {
  const auto header = sign_stripe_webhook(kBody, std::time(nullptr), kSecret);
  const auto verify = [&](const std::string& body) {
    return node(fmt::format(
        "try {{ process.stdout.write(stripe.webhooks.constructEvent({}, '{}', '{}').id) }}"
        "catch (e) {{ process.stdout.write(e.type) }}",
        js(body), header, kSecret));
  };
  EXPECT_EQ(verify(kBody), "evt_1");
  EXPECT_EQ(verify(kBody + " "), "StripeSignatureVerificationError");
}

}  // namespace
}  // namespace souk::payment
