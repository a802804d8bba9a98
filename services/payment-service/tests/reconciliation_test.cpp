#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

class ReconciliationTest : public PaymentTest {
 protected:
  Reconciliation::Report reconcile() {
    return run(reconciliation->run(std::chrono::steady_clock::now() + std::chrono::seconds{20}));
  }
  /// The only difference there is.
  Difference only_difference() {
    const auto report = reconcile();
    EXPECT_EQ(report.differences.size(), 1U);
    return report.differences.empty() ? Difference{} : report.differences[0];
  }
  /// Changes our books behind everybody's back.
  void tamper(const database::Query& query, OrderId order) {
    run(database.query(testing::scope(), query, order));
  }
  Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds{5}; }
};

TEST_F(ReconciliationTest, AgreesAfterBusinessAsUsual) {
  for (int i = 0; i < 5; ++i) charge(new_order());
  charge(new_order(), "tok_declined");
  charge(new_order(), "tok_error");
  charge(new_order(), "tok_timeout");
  const auto order = new_order();
  charge(order);
  refund(RefundId{ids.next()}, order, 700);
  void_order(new_order());
  const auto report = reconcile();
  EXPECT_TRUE(report.differences.empty());
  EXPECT_EQ(report.charges_compared, 7);
}

TEST_F(ReconciliationTest, ResolvesWhatIsUnknownFirst) {
  provider->die(MortalProvider::Death::after);
  EXPECT_THROW(charge(new_order()), Killed);
  provider->die(MortalProvider::Death::none);
  const auto report = reconcile();
  EXPECT_EQ(report.resolved, 1);
  EXPECT_TRUE(report.differences.empty());
}

TEST_F(ReconciliationTest, FindsAChargeThatIsMissingHere) {
  charge(new_order());
  const auto key = PaymentId{ids.next()}.str();
  const auto planted = run(adapter->charge({key},
                                           {.idempotency_key = key,
                                            .amount = usd(5),
                                            .token = "tok_visa",
                                            .order_reference = "nobody's"},
                                           soon()));
  const auto difference = only_difference();
  EXPECT_EQ(difference.kind, "missing_here");
  EXPECT_EQ(difference.provider_reference, planted->reference);
}

TEST_F(ReconciliationTest, FindsAPaymentThatIsMissingThere) {
  const auto order = new_order();
  charge(order);
  constexpr database::Query kOtherId{"test.other_id",
                                     "UPDATE payments SET id = $2 WHERE order_id = $1"};
  const PaymentId other{ids.next()};
  run(database.query(testing::scope(), kOtherId, order, other));
  const auto report = reconcile();
  ASSERT_EQ(report.differences.size(), 2U);
  EXPECT_EQ(report.differences[0].kind, "missing_here");
  EXPECT_EQ(report.differences[1].kind, "missing_there");
  EXPECT_EQ(report.differences[1].payment_id, other.str());
}

TEST_F(ReconciliationTest, FindsAnotherAmount) {
  const auto order = new_order();
  charge(order);
  tamper({"test.amount",
          "UPDATE payments SET amount_minor = 5, captured_minor = 5 WHERE order_id = $1"},
         order);
  EXPECT_EQ(only_difference().kind, "amount");
}

TEST_F(ReconciliationTest, FindsARefundThatWeDoNotKnow) {
  const auto order = new_order();
  const auto payment = charge(order);
  run(adapter->refund({.idempotency_key = "by-hand",
                       .charge_reference = payment.provider_reference,
                       .amount = usd(5)},
                      soon()));
  const auto difference = only_difference();
  EXPECT_EQ(difference.kind, "refunds");
  EXPECT_EQ(difference.payment_id, payment.id.str());
}

TEST_F(ReconciliationTest, FindsAnotherStatus) {
  const auto order = new_order();
  charge(order);
  tamper({"test.status",
          "UPDATE payments SET status = 'voided', captured_minor = 0 WHERE order_id = $1"},
         order);
  EXPECT_EQ(only_difference().kind, "status");
}

TEST_F(ReconciliationTest, SaysSoWhenTheLedgerCannotBeRead) {
  gate->cut(true);
  EXPECT_THROW(reconcile(), Error);
}

TEST_F(ReconciliationTest, LeavesImportedPaymentsOut) {
  const std::vector<ImportedPayment> history{{.id = PaymentId{ids.next()},
                                              .order_id = new_order(),
                                              .user_id = UserId{ids.next()},
                                              .amount = usd(500),
                                              .refunded_minor = 200,
                                              .paid_at = clock.now()}};
  EXPECT_EQ(run(payments.import(testing::scope(), history)), 1U);
  EXPECT_EQ(run(payments.import(testing::scope(), history)), 0U) << "twice is once";
  EXPECT_EQ(stored(history[0].order_id).status, PaymentStatus::partially_refunded);
  EXPECT_EQ(stored(history[0].order_id).provider, "imported");
  EXPECT_TRUE(reconcile().differences.empty());
}

}  // namespace
}  // namespace souk::payment
