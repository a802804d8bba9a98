#include "apps/sandbox-provider/tests/sandbox_fixture.hpp"
#include "http/uri.hpp"

namespace souk::sandbox {
namespace {

class ApprovalTest : public SandboxTest {
 protected:
  http::ClientResponse visit(const Reply& charge, http::Method method, std::string form = {}) {
    const auto url = http::parse_url(charge.text("action_url"));
    http::ClientRequest request{.method = method, .target = url.path, .body = std::move(form)};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    return run(client->request(std::move(request)));
  }
  Reply charge_with_return(std::string key) {
    return post(
        "/v1/charges",
        R"({"amount":1999,"currency":"USD","token":"tok_3ds","reference":"<b>1","return_url":)"
        R"("http://shop.test/back?order=1"})",
        std::move(key));
  }
};

TEST_F(ApprovalTest, AChargeWaitsUntilItsCustomerApproves) {
  const auto waiting = charge_with_return("key-1");
  EXPECT_EQ(waiting.status, 202);
  EXPECT_EQ(waiting.text("status"), "requires_action");
  EXPECT_TRUE(ledger().empty()) << "nothing moved yet";
  EXPECT_EQ(charge_with_return("key-1").body, waiting.body) << "the same key is the same charge";

  const auto page = visit(waiting, http::Method::get);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, ::testing::HasSubstr("&lt;b&gt;1"));

  const auto back = visit(waiting, http::Method::post, "decision=approve");
  EXPECT_EQ(back.status, 303);
  EXPECT_EQ(back.headers.get("Location"), "http://shop.test/back?order=1");
  ASSERT_EQ(ledger().size(), 1U);
  EXPECT_EQ(charge_with_return("key-1").status, 201);
  EXPECT_EQ(visit(waiting, http::Method::post, "decision=refuse").status, 303) << "too late";
  EXPECT_EQ(ledger().size(), 1U);
}

TEST_F(ApprovalTest, ARefusalDeclines) {
  const auto waiting = charge("key-1", "tok_3ds");
  EXPECT_EQ(visit(waiting, http::Method::post, "decision=maybe").status, 422);
  const auto page = visit(waiting, http::Method::post, "decision=refuse");
  EXPECT_THAT(page.body, ::testing::HasSubstr("declined"));
  const auto again = charge("key-1", "tok_3ds");
  EXPECT_EQ(again.status, 402);
  EXPECT_EQ(again.text("decline_code"), "authentication_failed");
  EXPECT_TRUE(ledger().empty());
}

TEST_F(ApprovalTest, WhatIsHeldOnlyStaysHeldAfterTheApproval) {
  const auto waiting =
      post("/v1/charges",
           R"({"amount":5,"currency":"USD","token":"tok_3ds","reference":"r","capture":false})",
           "key-1");
  visit(waiting, http::Method::post, "decision=approve");
  const auto held = get("/v1/charges/" + waiting.text("id"));
  EXPECT_EQ(held.text("status"), "authorized");
  EXPECT_EQ(held.number("amount_captured"), 0);
}

TEST_F(ApprovalTest, WhoeverIsFirstDecides) {
  const auto waiting = charge("key-1", "tok_3ds");
  const auto ended = post("/v1/charges/cancel", R"({"idempotency_key":"key-1"})");
  EXPECT_EQ(ended.text("status"), "cancelled");
  visit(waiting, http::Method::post, "decision=approve");
  EXPECT_TRUE(ledger().empty()) << "the customer came too late";

  const auto paid = charge("key-2", "tok_3ds");
  visit(paid, http::Method::post, "decision=approve");
  EXPECT_EQ(post("/v1/charges/cancel", R"({"idempotency_key":"key-2"})").text("status"),
            "captured");
  EXPECT_EQ(ledger().size(), 1U);
}

TEST_F(ApprovalTest, OnlyAWebAddressIsAWayBack) {
  for (const char* url : {"javascript:alert(1)", "", "http://a b", "//other"}) {
    const auto body = fmt::format(
        R"({{"amount":5,"currency":"USD","token":"tok_3ds","reference":"r","return_url":"{}"}})",
        url);
    EXPECT_EQ(post("/v1/charges", body, "key-1").status, 422) << url;
  }
}

}  // namespace
}  // namespace souk::sandbox
