#include <gmock/gmock.h>

#include "internal/clients/messages.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

class RefundTest : public ShopTest {
 protected:
  static v1::RefundOrderRequest refund_of(const Order& order, std::optional<std::int64_t> amount) {
    v1::RefundOrderRequest request;
    request.set_id(order.id.str());
    request.set_reason("it broke");
    if (amount) {
      request.mutable_amount()->set_amount(*amount);
      request.mutable_amount()->set_currency("USD");
    }
    return request;
  }

  v1::OrderRefund refund(const Order& order, std::optional<std::int64_t> amount) {
    auto request = admin_call(new_key());
    return run(shop->refund.run(request, refund_of(order, amount)));
  }

  template <class Act>
  std::string code_of(Act act) {
    try {
      act();
    } catch (const Error& error) {
      return error.fields.empty() ? error.code : error.fields.front().code;
    }
    return "none";
  }

  v1::Order cancel(UserId user, const Order& order, std::string key = {}) {
    v1::CancelOrderRequest request;
    request.set_id(order.id.str());
    auto caller = call(user, std::move(key));
    return run(shop->change.cancel(caller, request));
  }
  v1::Order fulfil(const Order& order) {
    v1::FulfilOrderRequest request;
    request.set_id(order.id.str());
    request.set_tracking_number("1Z999");
    auto caller = call(boss, {}, {"staff"});
    return run(shop->change.fulfil(caller, request));
  }
  v1::Order deliver(const Order& order) {
    v1::DeliverOrderRequest request;
    request.set_id(order.id.str());
    auto caller = call(boss, {}, {"staff"});
    return run(shop->change.deliver(caller, request));
  }
};

TEST_F(RefundTest, InPartThenTheRest) {
  const auto order = buy(new_user());
  EXPECT_EQ(refund(order, 1000).status(), "succeeded");
  EXPECT_EQ(get(order.id).status, Status::partially_refunded);
  EXPECT_EQ(refund(order, std::nullopt).amount().amount(), 2598);
  const auto after = get(order.id);
  EXPECT_EQ(after.status, Status::refunded);
  EXPECT_EQ(after.refunded.amount_minor(), 3598);
  EXPECT_EQ(payments.ledger.at(order.id).refunded.amount_minor(), 3598);
  EXPECT_EQ(count("outbox WHERE topic = 'order.refunded'"), 4);
}

TEST_F(RefundTest, NeverMoreThanWasPaid) {
  const auto order = buy(new_user());
  EXPECT_EQ(code_of([&] { refund(order, 3599); }), "exceeds_refundable");
  EXPECT_EQ(code_of([&] { refund(order, 0); }), "out_of_range");
  EXPECT_EQ(code_of([&] { refund(order, -5); }), "out_of_range");
  EXPECT_EQ(get(order.id).refunded.amount_minor(), 0);
  EXPECT_EQ(count("refunds"), 0);
}

// INVARIANT 5: fifty at once for a third each: three go through.
TEST_F(RefundTest, FiftyAtOnceStayWithinThePrice) {
  const auto order = buy(new_user());
  int succeeded = 0;
  int refused = 0;
  int running = 50;
  const auto one = [&](rpc::Call request) -> Task<> {
    try {
      co_await shop->refund.run(request, refund_of(order, 1199));
      ++succeeded;
    } catch (const Error& error) {
      EXPECT_EQ(error.code, "validation_failed");
      ++refused;
    }
    --running;
  };
  for (int i = 0; i < 50; ++i)
    boost::asio::co_spawn(loop, one(admin_call(new_key())), boost::asio::detached);
  loop.restart();
  while (running > 0) loop.run_one();
  EXPECT_EQ(succeeded, 3);
  EXPECT_EQ(refused, 47);
  EXPECT_EQ(payments.ledger.at(order.id).refunded.amount_minor(), 3597);
  EXPECT_EQ(get(order.id).refunded.amount_minor(), 3597);
}

TEST_F(RefundTest, TheSameKeyRefundsOnce) {
  const auto order = buy(new_user());
  const auto key = new_key();
  auto first = admin_call(key);
  auto second = admin_call(key);
  const auto one = run(shop->refund.run(first, refund_of(order, 100)));
  const auto two = run(shop->refund.run(second, refund_of(order, 100)));
  EXPECT_EQ(one.SerializeAsString(), two.SerializeAsString());
  EXPECT_TRUE(second.reply.replayed);
  EXPECT_EQ(payments.ledger.at(order.id).refunded.amount_minor(), 100);
  auto third = admin_call(key);
  EXPECT_EQ(code_of([&] { run(shop->refund.run(third, refund_of(order, 101))); }),
            "idempotency_key_reused");
}

TEST_F(RefundTest, IsOwedUntilItIsPaid) {
  limits.lease = std::chrono::milliseconds{0};
  open();
  const auto order = buy(new_user());
  payments.refund_fault = {.before = 1, .after = 1};
  EXPECT_EQ(refund(order, 500).status(), "pending");
  EXPECT_EQ(get(order.id).status, Status::confirmed) << "no money has moved yet";
  open();  // whoever owed it is gone
  run(shop->refund_runner.run_once());
  EXPECT_EQ(get(order.id).status, Status::confirmed);
  run(shop->refund_runner.run_once());
  EXPECT_EQ(get(order.id).status, Status::partially_refunded);
  EXPECT_EQ(payments.ledger.at(order.id).refunded.amount_minor(), 500);
  run(shop->refund_runner.run_once());
  EXPECT_EQ(get(order.id).refunded.amount_minor(), 500);
}

TEST_F(RefundTest, APendingOneIsCompletedByItsEvent) {
  payments.refunds_pend = true;
  const auto order = buy(new_user());
  const auto pending = refund(order, 500);
  EXPECT_EQ(pending.status(), "pending");
  payment::v1::RefundSettled event;
  event.set_refund_id(pending.id());
  event.set_order_id(order.id.str());
  *event.mutable_amount() = pending.amount();
  for (int delivery = 0; delivery < 2; ++delivery) {
    run(database.transact(testing::scope(), [&](database::Transaction& tx) {
      return shop->payment_news.refund_settled(tx, info, event);
    }));
  }
  EXPECT_EQ(get(order.id).refunded.amount_minor(), 500);
}

TEST_F(RefundTest, ARefusedOneFailsAndTheAmountIsFreeAgain) {
  const auto order = buy(new_user());
  payments.refunds_refused = true;
  const auto key = new_key();
  auto request = admin_call(key);
  EXPECT_EQ(run(shop->refund.run(request, refund_of(order, 500))).status(), "failed");
  auto retry = admin_call(key);
  EXPECT_EQ(run(shop->refund.run(retry, refund_of(order, 500))).status(), "failed");
  EXPECT_EQ(get(order.id).status, Status::confirmed);
  EXPECT_EQ(count("orders WHERE refund_requested <> 0 OR refunded <> 0"), 0);
  EXPECT_EQ(count("outbox WHERE topic = 'order.refund_failed'"), 1);
  payments.refunds_refused = false;
  run(shop->refund_runner.run_once());
  EXPECT_EQ(refund(order, std::nullopt).status(), "succeeded") << "a refund of its own";
  EXPECT_EQ(payments.ledger.at(order.id).refunded.amount_minor(), 3598);
}

TEST_F(RefundTest, OneThatComesBackDaysLaterIsTakenBack) {
  const auto order = buy(new_user());
  const auto made = refund(order, std::nullopt);
  EXPECT_EQ(get(order.id).status, Status::refunded);
  payment::v1::RefundFailed event;
  event.set_refund_id(made.id());
  event.set_order_id(order.id.str());
  *event.mutable_amount() = made.amount();
  for (int delivery = 0; delivery < 2; ++delivery) {
    run(database.transact(testing::scope(), [&](database::Transaction& tx) {
      return shop->payment_news.refund_failed(tx, info, event);
    }));
  }
  const auto after = get(order.id);
  EXPECT_EQ(after.status, Status::confirmed);
  EXPECT_EQ(after.payment->status, "captured");
  EXPECT_TRUE(after.refunded.is_zero());
  EXPECT_EQ(count("outbox WHERE topic = 'order.refund_failed'"), 1);
  EXPECT_EQ(run(shop->read.events(admin_call(), order.id)).size(), 5U);
  EXPECT_EQ(run(shop->rebuild.run(admin_call(), true)).differing, 0);
  event.set_refund_id(ids.next().str());
  run(database.transact(testing::scope(), [&](database::Transaction& tx) {
    return shop->payment_news.refund_failed(tx, info, event);
  }));
  EXPECT_EQ(get(order.id), after) << "a refund that this order does not know";
  EXPECT_EQ(refund(order, 500).status(), "succeeded") << "and it can be made again";
}

TEST_F(RefundTest, CancellingGivesEverythingBack) {
  const auto ada = new_user();
  const auto order = buy(ada);
  const auto key = new_key();
  const auto cancelled = cancel(ada, order, key);
  EXPECT_EQ(cancelled.status(), "cancelled");
  EXPECT_EQ(cancel(ada, order, key).SerializeAsString(), cancelled.SerializeAsString());
  EXPECT_EQ(count("outbox WHERE topic = 'order.cancelled'"), 2);
  run(shop->refund_runner.run_once());
  const auto after = get(order.id);
  EXPECT_EQ(after.status, Status::cancelled);
  EXPECT_EQ(after.refunded, after.totals.total);
  EXPECT_EQ(payments.ledger.at(order.id).refunded, after.totals.total);
  EXPECT_EQ(code_of([&] { cancel(ada, order); }), "invalid_transition");
  EXPECT_EQ(code_of([&] { refund(order, 1); }), "exceeds_refundable");
}

TEST_F(RefundTest, CancellingGivesTheRestBackAfterAPartOfItIsOwed) {
  payments.refund_fault.before = 1;
  const auto ada = new_user();
  const auto order = buy(ada);
  refund(order, 1000);
  cancel(ada, order);
  for (int i = 0; i < 3; ++i) {
    admin("UPDATE refunds SET due_at = now()");
    run(shop->refund_runner.run_once());
  }
  EXPECT_EQ(payments.ledger.at(order.id).refunded.amount_minor(), 3598);
  EXPECT_EQ(get(order.id).refunded.amount_minor(), 3598);
}

TEST_F(RefundTest, CancelBelongsToTheOwnerAndToTheTimeBeforeShipping) {
  const auto ada = new_user();
  const auto order = buy(ada);
  EXPECT_EQ(code_of([&] { cancel(new_user(), order); }), "not_found");
  EXPECT_EQ(fulfil(order).tracking_number(), "1Z999");
  EXPECT_EQ(code_of([&] { cancel(ada, order); }), "invalid_transition");
  EXPECT_EQ(code_of([&] { fulfil(order); }), "invalid_transition");
  EXPECT_EQ(deliver(order).status(), "delivered");
  EXPECT_EQ(code_of([&] { deliver(order); }), "invalid_transition");
  EXPECT_EQ(refund(order, std::nullopt).status(), "succeeded");
  EXPECT_EQ(get(order.id).status, Status::refunded);
}

TEST_F(RefundTest, CancelAgainstFulfilOneWins) {
  for (int round = 0; round < 10; ++round) {
    const auto ada = new_user();
    const auto order = buy(ada, wish({{"mug", 1, 0}}));
    int won = 0;
    int running = 2;
    const auto racer = [&](bool cancels, rpc::Call caller) -> Task<> {
      v1::CancelOrderRequest cancelling;
      cancelling.set_id(order.id.str());
      v1::FulfilOrderRequest fulfilling;
      fulfilling.set_id(order.id.str());
      try {
        if (cancels) {
          co_await shop->change.cancel(caller, cancelling);
        } else {
          co_await shop->change.fulfil(caller, fulfilling);
        }
        ++won;
      } catch (const Error& error) {
        EXPECT_EQ(error.code, "invalid_transition");
      }
      --running;
    };
    boost::asio::co_spawn(loop, racer(round % 2 == 0, admin_call()), boost::asio::detached);
    boost::asio::co_spawn(loop, racer(round % 2 != 0, admin_call()), boost::asio::detached);
    loop.restart();
    while (running > 0) loop.run_one();
    EXPECT_EQ(won, 1);
  }
}

TEST_F(RefundTest, WhatIsStillBeingPaidCannotBeCancelled) {
  const auto ada = new_user();
  limits.wait = limits.poll;
  open();
  const auto order = buy(ada, wish({{"mug", 1, 0}}, "tok_pending"));
  EXPECT_EQ(code_of([&] { cancel(ada, order); }), "order_in_progress");
  EXPECT_EQ(code_of([&] { refund(order, 1); }), "invalid_transition");
}

// INVARIANT 4: a payment that was declined turns out to have gone through.
TEST_F(RefundTest, LateSuccessRefundsItself) {
  const auto ada = new_user();
  const auto error = refused(call(ada, new_key()), wish({{"mug", 1, 0}}, "tok_declined"));
  const auto id = OrderId::from(error.extra.at("order_id"));
  payments.settle(id, PaymentState::Outcome::captured);
  payment::v1::PaymentSettled event;
  event.set_order_id(id.str());
  event.set_status(payment::v1::PAYMENT_STATUS_CAPTURED);
  for (int delivery = 0; delivery < 2; ++delivery) {
    run(database.transact(testing::scope(), [&](database::Transaction& tx) {
      return shop->payment_news.settled(tx, info, event);
    }));
  }
  run(shop->refund_runner.run_once());
  EXPECT_EQ(payments.ledger.at(id).refunded.amount_minor(), 799);
  EXPECT_EQ(payments.ledger.at(id).refunds.size(), 1U);
  EXPECT_EQ(get(id).status, Status::payment_failed);
}

}  // namespace
}  // namespace souk::order
