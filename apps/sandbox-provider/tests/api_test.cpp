#include <set>

#include "apps/sandbox-provider/tests/sandbox_fixture.hpp"

namespace souk::sandbox {
namespace {

TEST_F(SandboxTest, SaysWhoItIs) {
  EXPECT_EQ(get("/healthz").text("service"), "souk-sandbox-provider");
}

TEST_F(SandboxTest, ChargesAndKeepsTheChargeInItsLedger) {
  const auto reply = charge("key-1");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.text("status"), "captured");
  EXPECT_EQ(reply.number("amount_captured"), 1999);

  restart();
  ASSERT_EQ(ledger().size(), 1U);
  EXPECT_EQ(ledger()[0].at("id"), reply.body.at("id"));
  EXPECT_EQ(get("/v1/charges/" + reply.text("id")).body, reply.body);
}

TEST_F(SandboxTest, TheSameKeyIsTheSameCharge) {
  const auto first = charge("key-1");
  const auto second = charge("key-1");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(ledger().size(), 1U);

  const auto other_body = post("/v1/charges", charge_body("tok_visa", 5), "key-1");
  EXPECT_EQ(other_body.status, 422);
  EXPECT_EQ(other_body.text("code"), "idempotency_key_reused");
  EXPECT_EQ(ledger().size(), 1U);
}

TEST_F(SandboxTest, FiftyAtOnceWithOneKeyAreOneCharge) {
  std::vector<Task<Reply>> tasks;
  for (int i = 0; i < 50; ++i) {
    tasks.push_back(send(http::Method::post, "/v1/charges", charge_body("tok_visa"), "key-1"));
  }
  std::set<std::string> charges;
  for (const auto& reply : souk::testing::run_all(loop, std::move(tasks)))
    charges.insert(reply.text("id"));
  EXPECT_EQ(charges.size(), 1U);
  EXPECT_EQ(ledger().size(), 1U);
}

TEST_F(SandboxTest, DeclinesWithTheReasonAndMovesNothing) {
  const std::map<std::string, std::string> reasons{{"tok_declined", "card_declined"},
                                                   {"tok_insufficient_funds", "insufficient_funds"},
                                                   {"tok_nobody_knows", "invalid_token"}};
  for (const auto& [token, reason] : reasons) {
    const auto reply = charge("key-" + token, token);
    EXPECT_EQ(reply.status, 402) << token;
    EXPECT_EQ(reply.text("decline_code"), reason);
    const auto found = get("/v1/charges?idempotency_key=key-" + token);
    EXPECT_EQ(found.body.at("items").at(0).at("status").as_string(), "declined");
  }
  EXPECT_TRUE(ledger().empty());
}

TEST_F(SandboxTest, TimeoutChargesAndNeverAnswers) {
  patience = std::chrono::milliseconds{300};
  try {
    charge("key-1", "tok_timeout");
    FAIL() << "an answer came";
  } catch (const http::ClientError& error) {
    EXPECT_EQ(error.delivery, http::Delivery::unknown);
  }
  patience = std::chrono::milliseconds{5000};
  const auto found = get("/v1/charges?idempotency_key=key-1");
  EXPECT_EQ(found.body.at("items").at(0).at("status").as_string(), "captured");
}

TEST_F(SandboxTest, UnreachableAndErrorChargeNothing) {
  EXPECT_THROW(charge("key-1", "tok_unreachable"), http::ClientError);
  EXPECT_EQ(charge("key-2", "tok_error").status, 500);
  EXPECT_TRUE(get("/v1/charges?idempotency_key=key-1").body.at("items").as_array().empty());
  EXPECT_TRUE(get("/v1/charges?idempotency_key=key-2").body.at("items").as_array().empty());
  EXPECT_EQ(charge("key-3").status, 201) << "it goes on working";
}

TEST_F(SandboxTest, RefusesWhatItCannotRead) {
  EXPECT_EQ(post("/v1/charges", charge_body("tok_visa")).text("code"), "idempotency_key_required");
  EXPECT_EQ(post("/v1/charges", "{", "k").status, 400);
  for (const char* body :
       {R"({"amount":0,"currency":"USD","token":"t","reference":"r"})",
        R"({"amount":-5,"currency":"USD","token":"t","reference":"r"})",
        R"({"amount":1.5,"currency":"USD","token":"t","reference":"r"})",
        R"({"amount":9223372036854775808,"currency":"USD","token":"t","reference":"r"})",
        R"({"amount":5,"currency":"XYZ","token":"t","reference":"r"})",
        R"({"amount":5,"currency":"USD","reference":"r"})",
        R"({"amount":5,"currency":"USD","token":"t","reference":"r","status":"captured"})"}) {
    EXPECT_EQ(post("/v1/charges", body, "k").status, 422) << body;
  }
  EXPECT_EQ(get("/v1/charges?limit=0").status, 422);
  EXPECT_EQ(get("/v1/charges/none").status, 404);
  EXPECT_EQ(get("/v2").status, 404);
  EXPECT_EQ(post("/healthz", "").status, 405);
  EXPECT_TRUE(ledger().empty());
}

TEST_F(SandboxTest, PagesThroughTheLedgerInOrder) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(charge(fmt::format("key-{}", i)).text("id"));
  std::vector<std::string> listed;
  std::string after;
  for (bool more = true; more;) {
    const auto page = get("/v1/charges?limit=2&after=" + after);
    for (const auto& item : page.body.at("items").as_array())
      listed.emplace_back(item.at("id").as_string());
    after = listed.back();
    more = page.body.at("has_more").as_bool();
  }
  EXPECT_EQ(listed, made);
}

TEST_F(SandboxTest, CancelEndsAKeyForGood) {
  EXPECT_EQ(post("/v1/charges/cancel", R"({"idempotency_key":"key-1"})").text("status"),
            "cancelled");
  const auto late = charge("key-1");
  EXPECT_EQ(late.status, 409);
  EXPECT_EQ(late.text("code"), "key_cancelled");
  EXPECT_TRUE(ledger().empty());

  charge("key-2");
  EXPECT_EQ(post("/v1/charges/cancel", R"({"idempotency_key":"key-2"})").text("status"), "captured")
      << "what has been taken is not ended by a cancellation";
}

TEST_F(SandboxTest, AuthorizesThenCapturesOrVoids) {
  const auto authorize = [this](std::string key) {
    return post(
        "/v1/charges",
        R"({"amount":500,"currency":"USD","token":"tok_visa","reference":"o","capture":false})",
        std::move(key));
  };
  const auto taken = authorize("key-1");
  EXPECT_EQ(taken.text("status"), "authorized");
  EXPECT_EQ(post("/v1/charges/" + taken.text("id") + "/capture", "").number("amount_captured"),
            500);
  EXPECT_EQ(post("/v1/charges/" + taken.text("id") + "/capture", "").status, 200)
      << "twice is once";
  EXPECT_EQ(post("/v1/charges/" + taken.text("id") + "/void", "").text("code"),
            "charge_not_authorized");

  const auto let_go = authorize("key-2");
  EXPECT_EQ(post("/v1/charges/" + let_go.text("id") + "/void", "").text("status"), "voided");
  EXPECT_EQ(post("/v1/charges/" + let_go.text("id") + "/capture", "").status, 409);

  authorize("key-3");
  EXPECT_EQ(post("/v1/charges/cancel", R"({"idempotency_key":"key-3"})").text("status"), "voided");
}

class SandboxRefundTest : public SandboxTest {
 protected:
  Task<Reply> refund(std::string key, std::int64_t amount, std::string currency = "USD") {
    return send(http::Method::post, "/v1/charges/" + charge_id + "/refunds",
                fmt::format(R"({{"amount":{},"currency":"{}"}})", amount, currency),
                std::move(key));
  }
  std::int64_t refunded() { return get("/v1/charges/" + charge_id).number("amount_refunded"); }

  void SetUp() override {
    SandboxTest::SetUp();
    charge_id = charge("key-1").text("id");
  }
  std::string charge_id;
};

TEST_F(SandboxRefundTest, RefundsInPartsUpToWhatWasCaptured) {
  EXPECT_EQ(run(refund("r-1", 999)).status, 201);
  EXPECT_EQ(run(refund("r-1", 999)).status, 201) << "the same key is the same refund";
  EXPECT_EQ(refunded(), 999);
  EXPECT_EQ(run(refund("r-1", 5)).text("code"), "idempotency_key_reused");
  EXPECT_EQ(run(refund("r-2", 1001)).text("code"), "refund_exceeds_capture");
  EXPECT_EQ(run(refund("r-3", 5, "EUR")).status, 422);
  EXPECT_EQ(run(refund("r-4", 1000)).status, 201);
  EXPECT_EQ(refunded(), 1999);
}

TEST_F(SandboxRefundTest, ParallelRefundsNeverExceedTheCapture) {
  std::vector<Task<Reply>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(refund(fmt::format("r-{}", i), 500));
  int made = 0;
  for (const auto& reply : souk::testing::run_all(loop, std::move(tasks)))
    made += reply.status == 201;
  EXPECT_EQ(made, 3);
  EXPECT_EQ(refunded(), 1500);
}

}  // namespace
}  // namespace souk::sandbox
