#include <gmock/gmock.h>

#include "core/failpoint.hpp"
#include "internal/clients/messages.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

using Outcome = PaymentState::Outcome;

/// A checkout whose payment needs its customer.
class ActionTest : public ShopTest {
 protected:
  Order buy_with_action() {
    auto request = call(ada, key);
    auto order = run(shop->create.run(request, kWish));
    EXPECT_EQ(order.status, Status::pending);
    EXPECT_EQ(request.reply.http_status, 202);
    return order;
  }
  /// POST /orders/{id}/payment/return.
  Order come_back(OrderId id) {
    auto request = call(ada);
    auto order = run(shop->create.resume(request, id));
    if (order.status == Status::pending) EXPECT_EQ(request.reply.http_status, 202);
    return order;
  }
  Error refused_return(OrderId id, UserId who) {
    auto request = call(who);
    try {
      run(shop->create.resume(request, id));
    } catch (const Error& error) {
      return error;
    }
    throw std::logic_error{"it was not refused"};
  }
  /// The customer's time is over, and the checkout due.
  void let_time_pass() {
    admin("UPDATE checkouts SET act_before = now() - interval '1 s', due_at = now()");
  }
  void make_due() { admin("UPDATE checkouts SET due_at = now()"); }
  PaymentState& state(OrderId id) { return payments.ledger.at(id).state; }

  void expect_paid_once(OrderId id) {
    EXPECT_EQ(get(id).status, Status::confirmed);
    EXPECT_EQ(get(id).version, 2);
    EXPECT_FALSE(get(id).waiting);
    EXPECT_EQ(inventory.stock["mug"], 97);
    EXPECT_EQ(count("outbox WHERE topic = 'order.confirmed'"), 3);  // a row for each subscriber
    EXPECT_EQ(count("checkouts WHERE step = 'done' AND payment_token IS NULL "
                    "AND action_type IS NULL AND action_url IS NULL"),
              1);
  }
  void expect_given_up(OrderId id, const std::string& code) {
    EXPECT_EQ(get(id).status, Status::payment_failed);
    EXPECT_EQ(get(id).payment->decline_code, code);
    EXPECT_EQ(get(id).version, 2);
    EXPECT_EQ(inventory.stock["mug"], 100);
    EXPECT_EQ(count("outbox WHERE topic = 'order.payment_failed'"), 1);
    EXPECT_EQ(count("checkouts WHERE step = 'done'"), 1);
  }

  const NewOrder kWish = wish({{"mug", 3, 0}}, "tok_3ds");
  UserId ada = new_user();
  std::string key = new_key();
};

TEST_F(ActionTest, TheShopperIsToldAtOnceWhatToDo) {
  limits.wait = std::chrono::seconds{5};
  open();
  const auto began = std::chrono::steady_clock::now();
  const auto order = buy_with_action();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{3}) << "nobody waits";
  ASSERT_TRUE(order.waiting);
  EXPECT_EQ(order.waiting->action, *state(order.id).action);
  const auto shown = run(shop->read.get(call(ada), order.id));
  EXPECT_EQ(shown.waiting, order.waiting);
  const auto message = to_message(shown);
  EXPECT_EQ(message.payment().status(), "requires_action");
  EXPECT_EQ(message.payment().next_action().redirect_url(), order.waiting->action.url);
  EXPECT_FALSE(message.payment().next_action().has_client_secret());
  EXPECT_EQ(inventory.stock["mug"], 97) << "held meanwhile";

  auto retry = call(ada, key);
  const auto again = run(shop->create.run(retry, kWish));
  EXPECT_EQ(again.id, order.id);
  EXPECT_EQ(again.waiting, order.waiting);
  EXPECT_EQ(retry.reply.http_status, 202);
}

TEST_F(ActionTest, WhoComesBackHasHisOrder) {
  const auto id = buy_with_action().id;
  EXPECT_TRUE(come_back(id).waiting) << "he has not done it yet";
  payments.on_look = [this](OrderId order) { payments.settle(order, Outcome::captured); };
  const auto looks = payments.looks;
  EXPECT_EQ(come_back(id).status, Status::confirmed);
  EXPECT_EQ(payments.looks, looks + 1);
  EXPECT_EQ(come_back(id).status, Status::confirmed);
  EXPECT_EQ(payments.looks, looks + 1) << "what is settled is not asked for";
  expect_paid_once(id);
}

TEST_F(ActionTest, ARefusalSaysWhy) {
  const auto id = buy_with_action().id;
  payments.settle(id, Outcome::declined);
  const auto error = refused_return(id, ada);
  EXPECT_EQ(error.code, "payment_declined");
  EXPECT_EQ(error.extra.at("decline_code"), "authentication_failed");
  expect_given_up(id, "authentication_failed");
}

TEST_F(ActionTest, NobodyElseComesBack) {
  const auto id = buy_with_action().id;
  EXPECT_EQ(refused_return(id, new_user()).kind, Kind::not_found);
  EXPECT_EQ(refused_return(OrderId{ids.next()}, ada).kind, Kind::not_found);
  EXPECT_EQ(payments.looks, 0);
}

TEST_F(ActionTest, NewsOfThePaymentCarriesOn) {
  const auto id = buy_with_action().id;
  recover();
  EXPECT_EQ(get(id).status, Status::pending) << "not due yet";
  payments.settle(id, Outcome::captured);
  payment::v1::PaymentSettled event;
  event.set_order_id(id.str());
  event.set_status(payment::v1::PAYMENT_STATUS_CAPTURED);
  run(database.transact(testing::scope(), [&](database::Transaction& tx) {
    return shop->payment_news.settled(tx, info, event);
  }));
  recover();
  expect_paid_once(id);
}

TEST_F(ActionTest, NewsAndReturnAndRecoveryAtOnceAreOneOrder) {
  const auto id = buy_with_action().id;
  payments.settle(id, Outcome::captured);
  make_due();
  std::vector<rpc::Call> calls(8, call(ada));
  std::vector<Task<Order>> returns;
  for (auto& request : calls) returns.push_back(shop->create.resume(request, id));
  boost::asio::co_spawn(loop, shop->recovery.run_once(), boost::asio::detached);
  testing::run_all(loop, std::move(returns));
  recover();
  expect_paid_once(id);
}

TEST_F(ActionTest, AProviderThatStillWorksOnItIsWaitedFor) {
  const auto id = buy_with_action().id;
  state(id).action.reset();
  EXPECT_FALSE(come_back(id).waiting) << "there is nothing to do for him any more";
  EXPECT_FALSE(get(id).waiting);
  payments.settle(id, Outcome::captured);
  make_due();
  recover();
  expect_paid_once(id);
}

TEST_F(ActionTest, PastTheDeadlineTheOrderIsGivenUp) {
  const auto id = buy_with_action().id;
  make_due();
  recover();
  EXPECT_EQ(get(id).status, Status::pending) << "he has time";
  let_time_pass();
  recover();
  expect_given_up(id, "abandoned");
}

TEST_F(ActionTest, WhoPaidInTheLastMomentHasHisOrder) {
  const auto id = buy_with_action().id;
  payments.settle(id, Outcome::captured);
  let_time_pass();
  recover();
  expect_paid_once(id);
}

TEST_F(ActionTest, StockIsNotGivenBackBeforeTheProviderHasSaidSo) {
  const auto id = buy_with_action().id;
  let_time_pass();
  payments.abandon_fault.before = 1;
  recover();
  EXPECT_EQ(get(id).status, Status::pending);
  EXPECT_EQ(inventory.stock["mug"], 97);
  let_time_pass();
  payments.abandon_fault.after = 1;
  recover();
  EXPECT_EQ(get(id).status, Status::pending);
  let_time_pass();
  recover();
  expect_given_up(id, "abandoned");
}

TEST_F(ActionTest, TheTimeBeginsOnceAndIsTheSettings) {
  limits.action = std::chrono::minutes{7};
  open();
  const auto id = buy_with_action().id;
  const auto first = admin("SELECT act_before FROM checkouts").front().get<Time>("act_before");
  EXPECT_NEAR(std::chrono::duration<double>(first - clock.now()).count(), 7 * 60, 30);
  come_back(id);
  make_due();
  recover();
  EXPECT_EQ(admin("SELECT act_before FROM checkouts").front().get<Time>("act_before"), first);
}

/// INVARIANT 12 with a customer in the middle: wherever its driver dies, the saga ends, once.
struct Loss {
  failpoint::Point point;
  bool pays;
};
std::ostream& operator<<(std::ostream& out, const Loss& loss) {
  return out << failpoint::kPoints[loss.point.value].name << (loss.pays ? ", paid" : ", unpaid");
}

class ActionCrashTest : public ActionTest, public ::testing::WithParamInterface<Loss> {};

TEST_P(ActionCrashTest, EndsOnce) {
  const auto& [point, pays] = GetParam();
  limits.lease = std::chrono::milliseconds{0};
  const auto fall = [] { throw std::runtime_error{"gone"}; };
  {
    open();
    const failpoint::Trap trap{point, fall};
    auto request = call(ada, key);
    run(shop->create.run(request, kWish));
  }
  const auto id = admin("SELECT order_id FROM checkouts").front().get<OrderId>("order_id");
  open();
  make_due();
  recover();
  ASSERT_TRUE(get(id).waiting) << "whoever finds it puts on record what it waits for";
  if (pays) payments.settle(id, Outcome::captured);
  let_time_pass();
  {
    const failpoint::Trap trap{point, fall};
    recover();
  }
  open();
  let_time_pass();
  recover();
  recover();
  if (pays) expect_paid_once(id);
  if (!pays) expect_given_up(id, "abandoned");
}

INSTANTIATE_TEST_SUITE_P(
    EveryStep, ActionCrashTest,
    ::testing::Values(Loss{"order.after_reserve", false}, Loss{"order.after_charge", false},
                      Loss{"order.after_charge", true}, Loss{"order.before_wait", false},
                      Loss{"order.before_wait", true}, Loss{"order.after_wait", false},
                      Loss{"order.after_wait", true}, Loss{"order.before_abandon", false},
                      Loss{"order.after_abandon", false}, Loss{"order.after_settle", false},
                      Loss{"order.after_settle", true}, Loss{"order.before_release", false},
                      Loss{"order.after_release", false}));

}  // namespace
}  // namespace souk::order
