#include <set>

#include "internal/repository/payment_search.hpp"
#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;

TEST_F(PaymentTest, VisaPays) {
  const auto order = new_order();
  const auto payment = charge(order);
  EXPECT_EQ(payment.status, captured);
  EXPECT_EQ(payment.captured_minor, 1999);
  EXPECT_EQ(payment.provider, "sandbox");
  ASSERT_EQ(ledger().size(), 1U);
  EXPECT_EQ(ledger()[0].reference, payment.provider_reference);
  EXPECT_EQ(ledger()[0].idempotency_key, payment.id.str());
  EXPECT_TRUE(stored(order).token.empty()) << "a token is kept no longer than it is needed";
}

TEST_F(PaymentTest, DeclinesComeWithTheProvidersReason) {
  EXPECT_EQ(charge(new_order(), "tok_declined").decline_code, "card_declined");
  EXPECT_EQ(charge(new_order(), "tok_insufficient_funds").decline_code, "insufficient_funds");
  const auto order = new_order();
  EXPECT_EQ(charge(order, "tok_whatever").decline_code, "invalid_token");
  EXPECT_EQ(stored(order).status, declined);
  EXPECT_TRUE(stored(order).token.empty());
  EXPECT_TRUE(ledger().empty());
}

TEST_F(PaymentTest, TimeoutIsResolvedByAsking) {
  const auto payment = charge(new_order(), "tok_timeout");
  EXPECT_EQ(payment.status, captured);
  EXPECT_EQ(money_at_provider(), 1999);
}

TEST_F(PaymentTest, UnreachableAndErrorEndAsDeclinedWithNothingCharged) {
  for (const char* token : {"tok_unreachable", "tok_error"}) {
    const auto payment = charge(new_order(), token);
    EXPECT_EQ(payment.status, declined) << token;
    EXPECT_EQ(payment.decline_code, kProviderUnavailable);
  }
  EXPECT_TRUE(ledger().empty());
  EXPECT_EQ(charge(new_order()).status, captured) << "and then it works again";
  EXPECT_THAT(metrics.text(),
              ::testing::HasSubstr(R"(souk_payment_outcomes_total{outcome="declined"} 2)"));
}

TEST_F(PaymentTest, AProviderThatIsDownDeclinesWhatWasNeverSent) {
  gate.reset();
  const auto payment = charge(new_order());
  EXPECT_EQ(payment.status, declined);
  EXPECT_EQ(payment.decline_code, kProviderUnavailable);
}

TEST_F(PaymentTest, NothingToPayNeedsNoProvider) {
  const auto payment = charge(new_order(), "tok_declined", 0);
  EXPECT_EQ(payment.status, captured);
  EXPECT_EQ(payment.provider, "none");
}

TEST_F(PaymentTest, TheSameOrderIsAnsweredWithTheSamePayment) {
  const auto order = new_order();
  const auto first = charge(order);
  const auto second = charge(order, "tok_declined");
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.status, captured);
  EXPECT_EQ(ledger().size(), 1U);
  try {
    charge(order, "tok_visa", 5);
    FAIL() << "another amount is another payment";
  } catch (const Error& error) {
    EXPECT_EQ(error.code, "payment_mismatch");
  }
}

TEST_F(PaymentTest, FiftyChargesOfOneOrderAreOneCharge) {
  for (const char* token : {"tok_visa", "tok_timeout"}) {
    const auto before = ledger().size();
    const auto order = new_order();
    std::vector<Task<Payment>> tasks;
    for (int i = 0; i < 50; ++i) tasks.push_back(charging(call(), order, token));
    std::set<PaymentId> seen;
    for (const auto& payment : testing::run_all(loop, std::move(tasks))) {
      EXPECT_EQ(payment.status, captured);
      seen.insert(payment.id);
    }
    EXPECT_EQ(seen.size(), 1U);
    EXPECT_EQ(ledger().size(), before + 1) << token;
  }
}

TEST_F(PaymentTest, ManyOrdersAtOnceEachGetTheirOwn) {
  std::vector<Task<Payment>> tasks;
  for (int i = 0; i < 100; ++i)
    tasks.push_back(charging(call(), new_order(), i % 4 ? "tok_visa" : "tok_declined", 100 + i));
  const auto paid = testing::run_all(loop, std::move(tasks));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(paid[i].status, i % 4 ? captured : declined);
    EXPECT_EQ(paid[i].amount, usd(100 + i));
  }
  EXPECT_EQ(ledger().size(), 75U);
}

TEST_F(PaymentTest, TenantsDoNotSeeEachOther) {
  const auto order = new_order();
  charge(order);
  const TenantId other{ids.next()};
  EXPECT_FALSE(run(payments.of_order(testing::scope(other), order)));
  EXPECT_TRUE(run(search_payments(database, testing::scope(other), {}, std::nullopt, 10)).empty());
}

}  // namespace
}  // namespace souk::payment
