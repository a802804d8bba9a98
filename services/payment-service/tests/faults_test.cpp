#include "database/blocking.hpp"
#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;
using Death = MortalProvider::Death;

class PaymentFaultTest : public PaymentTest {
 protected:
  /// One charge in the ledger, captured here, and a new order goes through.
  void expect_paid_once(OrderId order) {
    EXPECT_EQ(stored(order).status, captured);
    EXPECT_EQ(ledger().size(), 1U);
    EXPECT_EQ(money_at_provider(), 1999);
    EXPECT_EQ(charge(new_order()).status, captured) << "and then it works again";
  }
  /// kill -9 in the middle of a charge, then a new process.
  void charge_and_die(OrderId order, Death death) {
    provider->die(death);
    EXPECT_THROW(charge(order), Killed);
    provider->die(Death::none);
    EXPECT_EQ(stored(order).status, pending);
  }
};

class BrokenAnswerTest : public PaymentFaultTest, public ::testing::WithParamInterface<Fault> {};

TEST_P(BrokenAnswerTest, OneChargeHoweverItBroke) {
  const auto order = new_order();
  gate->break_next(GetParam());
  EXPECT_EQ(charge(order).status, captured);
  expect_paid_once(order);
}

INSTANTIATE_TEST_SUITE_P(Faults, BrokenAnswerTest,
                         ::testing::Values(Fault::hang_up_before, Fault::error_before,
                                           Fault::stall_after, Fault::hang_up_after,
                                           Fault::error_after, Fault::garbage_after,
                                           Fault::duplicate));

TEST_F(PaymentFaultTest, AProviderThatAlwaysFailsAfterChargingIsStillAskedFirst) {
  const auto order = new_order();
  gate->break_next(Fault::error_after, 100);
  EXPECT_EQ(charge(order).status, captured);
  EXPECT_EQ(money_at_provider(), 1999);
}

TEST_F(PaymentFaultTest, KilledAfterTheIntent) {
  const auto order = new_order();
  charge_and_die(order, Death::before);
  EXPECT_TRUE(ledger().empty());
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  EXPECT_EQ(events("payment.settled"), 1);
  expect_paid_once(order);
}

TEST_F(PaymentFaultTest, MoneyThatIsOnlyHeldIsTaken) {
  const auto order = new_order();
  charge_and_die(order, Death::before);
  http::ClientRequest hold{.method = http::Method::post, .target = "/v1/charges"};
  hold.body =
      R"({"amount":1999,"currency":"USD","token":"tok_visa","reference":"r","capture":false})";
  hold.headers.add("Idempotency-Key", stored(order).id.str());
  http::Client direct{loop, sandbox_.url()};
  EXPECT_EQ(run(direct.request(std::move(hold))).status, 201);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  expect_paid_once(order);
}

/// Holds the money where `holds`, and cannot be reached for anything else.
class HoldingProvider final : public PaymentProvider {
 public:
  bool holds = true;
  std::function<void()> on_cancel;

  std::string_view name() const override { return "sandbox"; }
  Task<Answer<Prepared>> prepare(ChargeOrder order, Deadline) override {
    co_return Prepared{.reference = order.idempotency_key};
  }
  Task<Answer<ProviderCharge>> charge(ProviderRef, ChargeOrder order, Deadline) override {
    if (!holds) co_return no;
    co_return ProviderCharge{.reference = "ch_held",
                             .idempotency_key = order.idempotency_key,
                             .state = ChargeState::authorized,
                             .amount = order.amount};
  }
  Task<Answer<std::optional<ProviderCharge>>> find(ProviderRef, Deadline) override { co_return no; }
  Task<Answer<ProviderCharge>> cancel(ProviderRef, Deadline) override {
    if (on_cancel) on_cancel();
    co_return no;
  }
  Task<Answer<ProviderCharge>> capture(ProviderRef, Deadline) override { co_return no; }
  Task<Answer<ProviderRefund>> refund(RefundOrder, Deadline) override { co_return no; }
  Task<Answer<LedgerPage>> ledger(std::string, Deadline) override { co_return no; }

 private:
  static constexpr std::unexpected<Doubt> no{Doubt::not_sent};
};

// The charge is there, so that the payment is neither declined nor forgotten.
TEST_F(PaymentFaultTest, MoneyThatIsHeldAndCannotBeTakenIsLookedAfter) {
  HoldingProvider holding;
  const Providers only{holding};
  Settlement settling{loop.get_executor(), only, payments, clock, log, metrics, policy};
  ChargePayment charging{loop.get_executor(), ids, clock, only, payments, writer, settling, policy};
  const auto order = new_order();
  const ChargeCommand command{order, UserId{order.uuid()}, usd(1999), "tok_visa"};
  EXPECT_EQ(run(charging(call(), command)).status, pending);
}

// The lease has ended while this one gave up, and recovery has taken the payment on: it may have
// reached the provider.
TEST_F(PaymentFaultTest, WhoWasOvertakenDoesNotDecline) {
  HoldingProvider away;
  away.holds = false;
  away.on_cancel = [] {
    database::BlockingConnection{payment_database->admin_url()}.run(
        "UPDATE payments SET attempts = attempts + 1", {});
  };
  const Providers only{away};
  Settlement settling{loop.get_executor(), only, payments, clock, log, metrics, policy};
  ChargePayment charging{loop.get_executor(), ids, clock, only, payments, writer, settling, policy};
  const auto order = new_order();
  const ChargeCommand command{order, UserId{order.uuid()}, usd(1999), "tok_visa"};
  EXPECT_EQ(run(charging(call(), command)).status, pending);
  EXPECT_EQ(stored(order).status, pending);
}

TEST_F(PaymentFaultTest, KilledBetweenTheProviderAndTheResult) {
  const auto order = new_order();
  charge_and_die(order, Death::after);
  EXPECT_EQ(ledger().size(), 1U);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  EXPECT_EQ(events("payment.settled"), 1);
  expect_paid_once(order);
}

TEST_F(PaymentFaultTest, ALateOutcomeChangesNothing) {
  const auto payment = charge(new_order());
  const auto late = Outcome::declined("late");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  EXPECT_EQ(run(writer.settle(payment.tenant, payment.id, late, deadline)).status, captured);
  const auto settled = run(database.transact(testing::scope(), [&](database::Transaction& tx) {
    return payments.settle(tx, payment.id, late);
  }));
  EXPECT_FALSE(settled);
  EXPECT_EQ(stored(payment.order_id).status, captured);
}

TEST_F(PaymentFaultTest, TheSweepLeavesAloneWhatSomebodyWorksOn) {
  const auto order = new_order();
  charge_and_die(order, Death::after);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::due)), 0);
  EXPECT_EQ(stored(order).status, pending);
}

TEST_F(PaymentFaultTest, TwoSweepsAtOnceSettleOnce) {
  for (int i = 0; i < 5; ++i) charge_and_die(new_order(), Death::after);
  std::vector<Task<std::int64_t>> sweeps;
  for (int i = 0; i < 4; ++i) sweeps.push_back(recovery->sweep(Recovery::Reach::everything));
  testing::run_all(loop, std::move(sweeps));
  EXPECT_EQ(events("payment.settled"), 5);
  EXPECT_EQ(ledger().size(), 5U);
}

TEST_F(PaymentFaultTest, ARetryAfterAKillWaitsForTheOutcome) {
  const auto order = new_order();
  charge_and_die(order, Death::after);
  std::vector<Task<Payment>> retry;
  retry.push_back(charging(call(), order));
  boost::asio::co_spawn(loop, recovery->sweep(Recovery::Reach::everything), boost::asio::detached);
  EXPECT_EQ(testing::run_all(loop, std::move(retry))[0].status, captured);
  expect_paid_once(order);
}

TEST_F(PaymentFaultTest, AnOutageAfterTheChargeLeavesItPendingUntilTheProviderCanBeAsked) {
  const auto order = new_order();
  charge_and_die(order, Death::after);
  gate->cut(true);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 0);
  EXPECT_EQ(stored(order).status, pending) << "nobody guesses";
  gate->cut(false);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  expect_paid_once(order);
}

TEST_F(PaymentFaultTest, ACallerWithoutTimeIsToldThatItIsPending) {
  const auto order = new_order();
  // The deadline passes while the provider is silent.
  const auto payment = run(charging(call(std::chrono::milliseconds{600}), order, "tok_timeout"));
  EXPECT_EQ(payment.status, pending);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::due)), 1)
      << "at once: nobody works on it any more";
  EXPECT_EQ(events("payment.settled"), 1);
  expect_paid_once(order);
}

TEST_F(PaymentFaultTest, AHopelessPaymentIsEndedAtTheProviderFirst) {
  const auto order = new_order();
  provider->die(Death::before);
  EXPECT_THROW(charge(order, "tok_error"), Killed);
  provider->die(Death::none);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  EXPECT_EQ(stored(order).status, declined);
  const auto ended = run(adapter->find({stored(order).id.str()},
                                       std::chrono::steady_clock::now() + std::chrono::seconds{5}));
  ASSERT_TRUE(ended && *ended);
  EXPECT_EQ((*ended)->state, ChargeState::cancelled)
      << "a charge that is still on its way comes too late";
}

}  // namespace
}  // namespace souk::payment
