#pragma once

#include "internal/gateway/stripe_provider.hpp"
#include "internal/gateway/stripe_webhook.hpp"
#include "internal/service/receive_webhook.hpp"
#include "services/payment-service/tests/fake_stripe.hpp"
#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {

/// The service layer of PaymentTest, with Stripe for cards.
class StripeTest : public PaymentTest {
 protected:
  static constexpr const char* kWebhookSecret = "whsec_test";

  void SetUp() override {
    PaymentTest::SetUp();
    fake.start();
    use_stripe({});
  }

  void use_stripe(StripeSettings settings) {
    settings.url = fake.url();
    settings.timeout =
        std::min<std::chrono::milliseconds>(settings.timeout, std::chrono::seconds{2});
    settings.webhook_secret = kWebhookSecret;
    if (settings.api_key.empty()) settings.api_key = FakeStripe::kApiKey;
    stripe.emplace(loop, std::move(settings), ids, log);
    provider.emplace(*stripe);
    providers.emplace(*provider);
    receive_webhook.emplace(database, clock, log, metrics, *providers, webhooks, disputes, [] {});
  }

  /// A webhook as Stripe sends it.
  void deliver(const std::string& body) {
    const auto at =
        std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count();
    run(receiving(call(),
                  {.provider = "stripe",
                   .headers = {{"stripe-signature", sign_stripe_webhook(body, at, kWebhookSecret)}},
                   .body = body}));
  }
  Task<> receiving(rpc::Call call, WebhookCommand command) {
    co_await (*receive_webhook)(call, std::move(command));
  }

  /// Nobody has asked Stripe for what it does not have.
  void TearDown() override {
    EXPECT_THAT(fake.complaints(), ::testing::IsEmpty());
    run(fake.stop());
    PaymentTest::TearDown();
  }

  static Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds{5}; }

  FakeStripe fake{loop, clock};
  std::optional<StripeProvider> stripe;
  std::optional<ReceiveWebhook> receive_webhook;
};

}  // namespace souk::payment
