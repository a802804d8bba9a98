#include "services/payment-service/tests/paypal_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;
using Fault = FakePaypal::Fault;

/// A provider under another name.
class Renamed final : public PaymentProvider {
 public:
  explicit Renamed(PaymentProvider& inner) : inner_(inner) {}

  std::string_view name() const override { return "backup"; }
  Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline deadline) override {
    return inner_.prepare(std::move(order), deadline);
  }
  Task<Answer<ProviderCharge>> charge(ProviderRef payment, ChargeOrder order,
                                      Deadline deadline) override {
    return inner_.charge(std::move(payment), std::move(order), deadline);
  }
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef payment,
                                                   Deadline deadline) override {
    return inner_.find(std::move(payment), deadline);
  }
  Task<Answer<ProviderCharge>> cancel(ProviderRef payment, Deadline deadline) override {
    return inner_.cancel(std::move(payment), deadline);
  }
  Task<Answer<ProviderCharge>> capture(ProviderRef payment, Deadline deadline) override {
    return inner_.capture(std::move(payment), deadline);
  }
  Task<Answer<ProviderRefund>> refund(RefundOrder order, Deadline deadline) override {
    return inner_.refund(std::move(order), deadline);
  }
  Task<Answer<LedgerPage>> ledger(std::string after, Deadline deadline) override {
    return inner_.ledger(std::move(after), deadline);
  }

 private:
  PaymentProvider& inner_;
};

/// PayPal first, and behind it a provider that is another account at the same fake.
class FailoverTest : public PaypalTest {
 protected:
  void use(std::string first_url) {
    first.emplace(loop,
                  paypal::Account{.api_url = std::move(first_url),
                                  .client_id = FakePaypal::kClientId,
                                  .client_secret = FakePaypal::kSecret,
                                  .webhook_id = {}},
                  certificates(), kTimeout, clock, log);
    backup.emplace(*provider);
    *providers =
        Providers{{&*first, &*backup}, read_provider_rules("paypal=paypal,*=paypal,paypal=backup")};
  }

  std::optional<PaypalProvider> first;
  std::optional<Renamed> backup;
};

TEST_F(FailoverTest, APaymentThatCouldNotBeSentGoesToTheNext) {
  use("http://127.0.0.1:1");
  const auto order = new_order();
  const auto payment = charge(order);
  EXPECT_EQ(payment.provider, "backup");
  ASSERT_TRUE(payment.action);
  fake.approve(payment.provider_reference);
  EXPECT_EQ(come_back(order).status, captured);
  EXPECT_EQ(refund(order, 500).status, RefundStatus::succeeded) << "to the provider on the row";
  EXPECT_EQ(fake.captures().size(), 1U);
}

TEST_F(FailoverTest, APaymentThatWasPreparedStays) {
  use(fake.url());
  const auto order = new_order();
  fake.break_next(Fault::error_before, "GET /v2/checkout/orders", 20);
  const auto payment = charge(order);
  EXPECT_EQ(payment.provider, "paypal");
  EXPECT_EQ(payment.status, declined);
  EXPECT_EQ(fake.orders().begin()->second.intent, "AUTHORIZE") << "ended there first";
  EXPECT_EQ(fake.orders().size(), 1U);
}

TEST_F(FailoverTest, WhatTheFirstOneSaidOfItCountsNoMore) {
  use("http://127.0.0.1:1");
  const auto order = new_order();
  const auto payment = charge(order);
  auto late = Outcome::voided();
  late.provider = "paypal";
  const auto now = run(writer.settle(payment.tenant, payment.id, late,
                                     std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  EXPECT_EQ(now.status, pending);
  EXPECT_EQ(now.provider, "backup");
}

}  // namespace
}  // namespace souk::payment
