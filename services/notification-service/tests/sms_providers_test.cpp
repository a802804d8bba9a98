#include <gtest/gtest.h>

#include "internal/providers/http_sms.hpp"
#include "internal/providers/twilio.hpp"
#include "provider_fakes.hpp"

namespace souk::notification::testing {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

class TwilioTest : public ProvidersTest {
 protected:
  SmsOutcome send(const std::string& text = "Your order 7 & 8 is on its way: +1") {
    return world.run(twilio.send({.id = "m1", .to = "+4915112345678", .text = text}, soon()));
  }
  FakeTwilio fake{world.loop, world.clock};
  Twilio twilio{
      world.loop,
      {.base_url = fake.url(), .account = "AC1", .token = "secret", .from = "+15005550006"}};
};

TEST_F(TwilioTest, SendsTheFormThatTheApiWants) {
  EXPECT_EQ(send(), SmsOutcome::accepted);
  ASSERT_EQ(fake.accepted.size(), 1U);
  const std::map<std::string, std::string> expected{{"To", "+4915112345678"},
                                                    {"From", "+15005550006"},
                                                    {"Body", "Your order 7 & 8 is on its way: +1"}};
  EXPECT_EQ(fake.accepted[0], expected);
}

TEST_F(TwilioTest, AMessagingServiceTakesTheSendersPlace) {
  Twilio by_service{world.loop,
                    {.base_url = fake.url(), .account = "AC1", .token = "secret", .from = "MG77"}};
  EXPECT_EQ(world.run(by_service.send({.id = "m", .to = "+4915112345678", .text = "hi"}, soon())),
            SmsOutcome::accepted);
  EXPECT_EQ(fake.accepted.at(0).at("MessagingServiceSid"), "MG77");
}

TEST_F(TwilioTest, SaysWhoCannotBeReached) {
  fake.fail_with_status = 400;
  fake.fail_with_code = 21610;
  EXPECT_EQ(send(), SmsOutcome::unsubscribed);
  fake.fail_with_status = 400;
  fake.fail_with_code = 21211;
  EXPECT_EQ(send(), SmsOutcome::invalid_number);
  EXPECT_EQ(send(), SmsOutcome::accepted);
}

TEST_F(TwilioTest, TooManyRequestsAreToldApart) {
  fake.fail_with_status = 429;
  fake.fail_with_code = 20429;
  const auto error = refused([&] { send(); });
  EXPECT_EQ(error.kind, Kind::rate_limited);
  EXPECT_EQ(error.retry_after, 7s);
}

TEST_F(TwilioTest, AFailureOfTheirsIsTriedAgainAndOneOfOursIsNot) {
  fake.fail_with_status = 503;
  fake.fail_with_code = 20503;
  EXPECT_EQ(refused([&] { send(); }).kind, Kind::unavailable);
  Twilio stranger{world.loop,
                  {.base_url = fake.url(), .account = "AC1", .token = "wrong", .from = "+1500555"}};
  const auto error =
      refused([&] { world.run(stranger.send({.id = "m", .to = "+49151", .text = "hi"}, soon())); });
  EXPECT_EQ(error.kind, Kind::validation);
}

TEST_F(TwilioTest, WhatMayHaveBeenSentIsNotSentAgain) {
  fake.hang_up_after = true;
  EXPECT_EQ(refused([&] { send(); }).code, "sms_outcome_unknown");
  EXPECT_EQ(fake.accepted.size(), 1U) << "the client sent it twice by itself";
}

TEST_F(TwilioTest, WhatWasNotSentMayBe) {
  Twilio nowhere{world.loop,
                 {.base_url = "http://127.0.0.1:1", .account = "AC1", .token = "t", .from = "+1"}};
  const auto error =
      refused([&] { world.run(nowhere.send({.id = "m", .to = "+49151", .text = "hi"}, soon())); });
  EXPECT_EQ(error.kind, Kind::unavailable);
}

class HttpSmsTest : public ProvidersTest {
 protected:
  Recorder gateway{world.loop, world.clock};
};

TEST_F(HttpSmsTest, AnyGatewayGetsItsOwnJson) {
  HttpSms sms{world.loop,
              {.url = gateway.url() + "/v2/send",
               .method = "PUT",
               .body_template = R"x({"dst":["{{to}}"],"content":"{{text}} ({{from}})","n":1})x",
               .authorization = "Key 42",
               .from = "Souk"}};
  EXPECT_EQ(world.run(sms.send({.id = "m9", .to = "+49151", .text = "say \"{{to}}\""}, soon())),
            SmsOutcome::accepted);
  const auto& request = gateway.requests.at(0);
  EXPECT_EQ(request.method, http::Method::put);
  EXPECT_EQ(request.path, "/v2/send");
  EXPECT_EQ(request.headers.get("Authorization"), "Key 42");
  EXPECT_EQ(request.headers.get("Idempotency-Key"), "m9");
  EXPECT_EQ(json::parse(request.body),
            json::parse(R"x({"dst":["+49151"],"content":"say \"{{to}}\" (Souk)","n":1})x"));
  gateway.status = 400;
  const auto error =
      refused([&] { world.run(sms.send({.id = "m", .to = "+1", .text = "x"}, soon())); });
  EXPECT_EQ(error.kind, Kind::validation);
}

TEST_F(HttpSmsTest, WhatTheGatewayCannotDoNowIsTriedAgainAndWhatItMayHaveDoneIsNot) {
  HttpSms sms{world.loop,
              {.url = gateway.url() + "/send",
               .method = "POST",
               .body_template = R"({"to":"{{to}}","text":"{{text}}"})",
               .authorization = {},
               .from = {}}};
  const auto send = [&] {
    return refused([&] { world.run(sms.send({.id = "m", .to = "+49", .text = "x"}, soon())); });
  };
  gateway.status = 429;
  gateway.retry_after = "9";
  EXPECT_EQ(send().kind, Kind::rate_limited);
  EXPECT_EQ(send().retry_after, 9s);
  gateway.status = 503;
  EXPECT_EQ(send().kind, Kind::unavailable);
  gateway.script = [](const http::Request&) { return http::Response{.hang_up = true}; };
  const auto asked = gateway.requests.size();
  EXPECT_EQ(send().code, "sms_outcome_unknown");
  EXPECT_EQ(gateway.requests.size(), asked + 1) << "the client sent it twice by itself";
}

TEST_F(HttpSmsTest, ATemplateWithoutThePlaceForTheTextEndsTheStart) {
  for (const auto* wrong : {R"({"to":"{{to}}"})", "{{to}} {{text}}", R"(["{{to}}","{{text}}"])"}) {
    const auto error = refused([&] {
      HttpSms sms{world.loop,
                  {.url = gateway.url(),
                   .method = "POST",
                   .body_template = wrong,
                   .authorization = {},
                   .from = {}}};
    });
    EXPECT_EQ(error.code, "invalid_setting") << wrong;
  }
}

}  // namespace
}  // namespace souk::notification::testing
