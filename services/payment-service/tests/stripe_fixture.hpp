#pragma once

#include "internal/gateway/stripe_provider.hpp"
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
    settings.timeout = std::chrono::seconds{2};
    settings.webhook_secret = kWebhookSecret;
    if (settings.api_key.empty()) settings.api_key = FakeStripe::kApiKey;
    stripe.emplace(loop, std::move(settings), ids, log);
    provider.emplace(*stripe);
    providers.emplace(*provider);
  }

  /// Nobody has asked Stripe for what it does not have.
  void TearDown() override {
    EXPECT_THAT(fake.complaints, ::testing::IsEmpty());
    PaymentTest::TearDown();
  }

  static Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds{5}; }

  FakeStripe fake{loop, clock};
  std::optional<StripeProvider> stripe;
};

}  // namespace souk::payment
