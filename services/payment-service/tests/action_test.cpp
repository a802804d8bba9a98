#include "core/failpoint.hpp"
#include "services/payment-service/tests/payment_fixture.hpp"

namespace souk::payment {
namespace {

using enum PaymentStatus;
using Death = MortalProvider::Death;

class ActionTest : public PaymentTest {
 protected:
  /// What the customer does on the provider's page.
  void decide(const Payment& payment, const std::string& decision) {
    http::Client browser{loop, sandbox_.url()};
    http::ClientRequest form{.method = http::Method::post,
                             .target = http::parse_url(payment.action.value().url).path,
                             .body = "decision=" + decision};
    EXPECT_EQ(run(browser.request(std::move(form))).status, 303);
  }
  Task<Payment> abandoning(rpc::Call call, OrderId order) {
    co_return co_await void_->abandon(call, order);
  }
  Payment abandon(OrderId order) { return run(abandoning(call(), order)); }
  Payment look_now(OrderId order) { return run(recovery->look_now(kDefaultTenant, order)); }
  Payment waiting_payment(OrderId order) {
    auto payment = charge(order, "tok_3ds");
    EXPECT_EQ(payment.status, pending);
    EXPECT_TRUE(payment.action);
    return payment;
  }
};

TEST_F(ActionTest, ThePaymentSaysWhatItsCustomerHasToDo) {
  const auto order = new_order();
  const auto payment = waiting_payment(order);
  EXPECT_EQ(payment.action->type, "redirect");
  EXPECT_TRUE(payment.action->url.starts_with("http://"));
  EXPECT_EQ(stored(order).action, payment.action);
  EXPECT_EQ(charge(order, "tok_3ds").action, payment.action) << "asked again, at once the same";
  EXPECT_EQ(money_at_provider(), 0);
  EXPECT_THAT(metrics.text(), ::testing::HasSubstr(R"(outcome="waiting")"));
}

TEST_F(ActionTest, RecoveryFindsOutThatTheCustomerHasApproved) {
  const auto order = new_order();
  const auto payment = waiting_payment(order);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 0) << "waiting is no outcome";
  EXPECT_EQ(stored(order).action, payment.action);
  decide(payment, "approve");
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 1);
  EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 0);
  EXPECT_EQ(stored(order).status, captured);
  EXPECT_FALSE(stored(order).action);
  EXPECT_EQ(events("payment.settled"), 1);
  EXPECT_EQ(money_at_provider(), 1999);
}

TEST_F(ActionTest, WhoComesBackIsAnsweredAtOnce) {
  const auto order = new_order();
  const auto payment = waiting_payment(order);
  EXPECT_EQ(look_now(order).status, pending) << "he has not decided";
  decide(payment, "refuse");
  const auto refused = look_now(order);
  EXPECT_EQ(refused.status, declined);
  EXPECT_EQ(refused.decline_code, "authentication_failed");
  EXPECT_EQ(look_now(order).status, declined);
  EXPECT_EQ(events("payment.settled"), 1);
  EXPECT_EQ(money_at_provider(), 0);
}

TEST_F(ActionTest, TwentyNewsAtOnceAreOneOutcome) {
  const auto order = new_order();
  decide(waiting_payment(order), "approve");
  std::vector<Task<Payment>> news;
  for (int i = 0; i < 20; ++i) news.push_back(recovery->look_now(kDefaultTenant, order));
  testing::run_all(loop, std::move(news));
  EXPECT_EQ(look_now(order).status, captured);
  EXPECT_EQ(events("payment.settled"), 1);
  EXPECT_EQ(ledger().size(), 1U);
}

TEST_F(ActionTest, AnAbandonedPaymentIsEndedAtTheProvider) {
  const auto order = new_order();
  const auto payment = waiting_payment(order);
  const auto ended = abandon(order);
  EXPECT_EQ(ended.status, declined);
  EXPECT_EQ(ended.decline_code, kAbandoned);
  EXPECT_FALSE(ended.action);
  decide(payment, "approve");
  EXPECT_EQ(money_at_provider(), 0) << "too late";
  EXPECT_EQ(abandon(order).status, declined) << "twice is once";
}

TEST_F(ActionTest, WhoApprovedInTimeHasPaid) {
  const auto order = new_order();
  decide(waiting_payment(order), "approve");
  EXPECT_EQ(abandon(order).status, captured);
  EXPECT_EQ(money_at_provider(), 1999);
}

TEST_F(ActionTest, NobodyIsGivenUpWhileTheProviderCannotBeAsked) {
  const auto order = new_order();
  waiting_payment(order);
  gate->cut(true);
  EXPECT_EQ(abandon(order).status, pending);
  gate->cut(false);
  EXPECT_EQ(abandon(order).status, declined);
}

TEST_F(ActionTest, AVoidEndsOrGivesBack) {
  const auto unpaid = new_order();
  waiting_payment(unpaid);
  EXPECT_EQ(void_order(unpaid).status, voided);
  const auto paid = new_order();
  decide(waiting_payment(paid), "approve");
  EXPECT_EQ(void_order(paid).status, refunded);
  EXPECT_EQ(money_at_provider(), 0);
}

class ActionCrashTest : public ActionTest,
                        public ::testing::WithParamInterface<failpoint::Point> {};

TEST_P(ActionCrashTest, WaitsOrEndsAllTheSame) {
  const auto order = new_order();
  {
    const failpoint::Trap trap{GetParam(), [] { throw Killed{}; }};
    EXPECT_THROW(
        {
          charge(order, "tok_3ds");
          abandon(order);
        },
        Killed);
  }
  run(recovery->sweep(Recovery::Reach::everything));
  abandon(order);
  EXPECT_EQ(stored(order).status, declined);
  EXPECT_EQ(money_at_provider(), 0);
  EXPECT_EQ(charge(new_order()).status, captured) << "and then it works again";
}

constexpr failpoint::Point kWaitingPoints[] = {"payment.before_wait", "payment.after_wait",
                                               "payment.before_record_abandoned"};
INSTANTIATE_TEST_SUITE_P(Points, ActionCrashTest, ::testing::ValuesIn(kWaitingPoints));

TEST_F(ActionTest, KilledAroundTheChargeItWaitsAllTheSame) {
  for (const auto death : {Death::before, Death::after}) {
    const auto order = new_order();
    provider->die(death);
    EXPECT_THROW(charge(order, "tok_3ds"), Killed);
    provider->die(Death::none);
    EXPECT_EQ(run(recovery->sweep(Recovery::Reach::everything)), 0);
    const auto payment = stored(order);
    ASSERT_TRUE(payment.action);
    decide(payment, "approve");
    EXPECT_EQ(look_now(order).status, captured);
  }
  EXPECT_EQ(ledger().size(), 2U);
  EXPECT_EQ(charge(new_order()).status, captured) << "and then it works again";
}

}  // namespace
}  // namespace souk::payment
