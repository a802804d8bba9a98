#include <gmock/gmock.h>

#include "core/failpoint.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

/// The process is gone: nothing of ours catches this.
struct Crash {};

struct Death {
  const char* token;
  failpoint::Point point;
  Status end;
};

std::ostream& operator<<(std::ostream& out, const Death& death) {
  return out << death.token << " at " << failpoint::kPoints[death.point.value].name;
}

/// INVARIANT 12: every saga ends, and all or nothing is visible, wherever its driver dies.
class CrashTest : public ShopTest, public ::testing::WithParamInterface<Death> {
 protected:
  CrashTest() {
    limits.lease = std::chrono::milliseconds{0};
    open();
  }

  /// The driver dies at the point.
  template <class How>
  static failpoint::Trap dies(failpoint::Point where, How how) {
    return {where, [how] { throw how; }};
  }

  /// Places the order with a driver that dies; gives its id.
  OrderId die(const char* token, failpoint::Point point) {
    const auto trap = dies(point, Crash{});
    auto request = call(ada, key);
    EXPECT_THROW(run(shop->create.run(request, wish({{"mug", 3, 0}}, token))), Crash);
    return admin("SELECT order_id FROM checkouts").front().get<OrderId>("order_id");
  }

  void expect_all_or_nothing(OrderId id, Status end) {
    const auto order = get(id);
    EXPECT_EQ(order.status, end);
    const bool paid = end == Status::confirmed;
    EXPECT_EQ(payments.ledger.at(id).state.outcome == PaymentState::Outcome::captured, paid);
    EXPECT_EQ(inventory.holds.contains(id), paid);
    EXPECT_EQ(inventory.stock["mug"], paid ? 97 : 100);
    EXPECT_EQ(payments.ledger.size(), 1U);
    EXPECT_EQ(order.version, 2);
    EXPECT_EQ(count("order_events"), 2);
    EXPECT_EQ(count("outbox WHERE topic = 'order.confirmed'"), paid ? 3 : 0);
    EXPECT_EQ(count("outbox WHERE topic = 'order.payment_failed'"), paid ? 0 : 1);
    EXPECT_EQ(count("checkouts WHERE step = 'done' AND payment_token IS NULL"), 1);
  }

  UserId ada = new_user();
  std::string key = new_key();
};

TEST_P(CrashTest, IsCarriedToItsEnd) {
  const auto& [token, point, end] = GetParam();
  const auto id = die(token, point);
  open();
  recover();
  expect_all_or_nothing(id, end);
  recover();
  expect_all_or_nothing(id, end);
}

TEST_P(CrashTest, SurvivesADeathDuringRecoveryToo) {
  const auto& [token, point, end] = GetParam();
  const auto id = die(token, point);
  constexpr failpoint::Point kEveryPoint[] = {"order.after_place",    "order.after_reserve",
                                              "order.after_charge",   "order.after_settle",
                                              "order.before_release", "order.after_release"};
  for (const auto again : kEveryPoint) {
    const auto trap = dies(again, std::runtime_error{"gone"});  // it stops where it stands
    open();
    recover();
  }
  open();
  recover();
  expect_all_or_nothing(id, end);
}

TEST_P(CrashTest, TheShoppersRetryGetsTheOutcome) {
  const auto& [token, point, end] = GetParam();
  die(token, point);
  open();
  recover();
  auto retry = call(ada, key);
  const auto what = wish({{"mug", 3, 0}}, token);
  if (end == Status::confirmed) {
    EXPECT_EQ(run(shop->create.run(retry, what)).status, Status::confirmed);
  } else {
    EXPECT_EQ(refused(retry, what).code, "payment_declined");
  }
  EXPECT_EQ(count("orders"), 1);
}

INSTANTIATE_TEST_SUITE_P(
    AtEveryPoint, CrashTest,
    ::testing::Values(Death{"tok_visa", "order.after_place", Status::confirmed},
                      Death{"tok_visa", "order.after_reserve", Status::confirmed},
                      Death{"tok_visa", "order.after_charge", Status::confirmed},
                      Death{"tok_visa", "order.after_settle", Status::confirmed},
                      Death{"tok_declined", "order.after_place", Status::payment_failed},
                      Death{"tok_declined", "order.after_reserve", Status::payment_failed},
                      Death{"tok_declined", "order.after_charge", Status::payment_failed},
                      Death{"tok_declined", "order.after_settle", Status::payment_failed},
                      Death{"tok_declined", "order.before_release", Status::payment_failed},
                      Death{"tok_declined", "order.after_release", Status::payment_failed}));

using RecoveryTest = CrashTest;

TEST_F(RecoveryTest, ACrashBeforeARejectionEndsWithNothing) {
  inventory.stock["mug"] = 2;
  const auto id = die("tok_visa", "order.after_reserve");
  open();
  recover();
  EXPECT_EQ(count("orders WHERE status = 'rejected'"), 1);
  EXPECT_EQ(count("checkouts"), 0);
  EXPECT_TRUE(payments.ledger.empty());
  EXPECT_THROW(get(id), Error) << "nobody is shown a rejected checkout";
}

TEST_F(RecoveryTest, AsksAgainRatherThanRejectOnHearsay) {
  inventory.stock["mug"] = 2;
  const auto id = die("tok_visa", "order.after_reserve");
  inventory.stock["mug"] = 100;
  open();
  recover();
  expect_all_or_nothing(id, Status::confirmed);
}

// The first driver finds no stock, but by now the checkout is another's, who may have found some.
TEST_F(RecoveryTest, OnlyTheOwnerMayReject) {
  inventory.stock["mug"] = 2;
  inventory.meanwhile = [&] { admin("UPDATE checkouts SET owner = gen_random_uuid()"); };
  auto request = call(ada, key);
  const auto order = run(shop->create.run(request, wish({{"mug", 3, 0}})));
  EXPECT_EQ(order.status, Status::pending);
  EXPECT_EQ(request.reply.http_status, 202);
  inventory.meanwhile = {};
  inventory.stock["mug"] = 100;
  recover();
  expect_all_or_nothing(order.id, Status::confirmed);
}

// The lease ended while the first driver was waiting for the provider: two replicas at work at
// once.
TEST_F(RecoveryTest, TwoDriversMakeOneOutcome) {
  for (const auto* token : {"tok_visa", "tok_declined"}) {
    admin("TRUNCATE order_events, orders, order_items, checkouts, outbox");
    payments.ledger.clear();
    payments.takes = std::chrono::milliseconds{100};
    inventory.stock["mug"] = 100;
    inventory.holds.clear();
    limits.wait = std::chrono::seconds{5};
    open();
    OrderServices replica{Foundation{loop.get_executor(), database, outbox, products, inventory,
                                     payments, ids, clock, random, log, metrics, links},
                          limits, runtime::PageTokens{std::array<std::uint8_t, 32>{}}};
    const auto take_over = [](CheckoutRecovery& recovery, FakePayments& ledger) -> Task<> {
      boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
      while (ledger.ledger.empty()) {
        timer.expires_after(std::chrono::milliseconds{2});
        co_await timer.async_wait(boost::asio::use_awaitable);
      }
      co_await recovery.run_once();
    };
    boost::asio::co_spawn(loop, take_over(replica.recovery, payments), boost::asio::detached);
    auto request = call(ada, new_key());
    const auto what = wish({{"mug", 3, 0}}, token);
    const bool paid = std::string_view{token} == "tok_visa";
    if (paid) {
      EXPECT_EQ(run(shop->create.run(request, what)).status, Status::confirmed);
    } else {
      EXPECT_EQ(refused(request, what).code, "payment_declined");
    }
    run(replica.recovery.drain());
    EXPECT_EQ(count("checkouts WHERE attempts > 0"), 1) << "the replica did take it over";
    expect_all_or_nothing(payments.ledger.begin()->first,
                          paid ? Status::confirmed : Status::payment_failed);
  }
}

// Another driver has given the order up and released its hold: this one must not wait for stock.
TEST_F(RecoveryTest, AStuckDriverLooksAgain) {
  auto request = call(ada, key);
  inventory.meanwhile = [&] {
    const auto order = admin("SELECT id FROM orders").front().get<OrderId>("id");
    inventory.released.insert(order);
    admin(
        "INSERT INTO order_events SELECT tenant_id, id, 2, 'payment_failed',"
        " '{\"schema\":1,\"payment_id\":\"\",\"provider\":\"\",\"decline_code\":\"voided\"}', "
        "now() FROM orders");
    inventory.meanwhile = {};
  };
  limits.wait = std::chrono::seconds{5};
  open();
  EXPECT_EQ(refused(request, wish()).extra.at("decline_code"), "voided");
}

TEST_F(RecoveryTest, FaultsOfNeighboursOnTheWayAreOutlived) {
  const auto id = die("tok_declined", "order.after_place");
  inventory.fault = {.before = 1, .after = 1};
  inventory.release_fault = {.before = 1, .after = 1};
  payments.fault = {.before = 1, .after = 1};
  open();
  for (int round = 0; round < 7; ++round) recover();
  expect_all_or_nothing(id, Status::payment_failed);
}

TEST_F(RecoveryTest, LeavesAloneWhatIsBeingDriven) {
  limits.wait = std::chrono::milliseconds{200};
  open();
  const auto busy = [](CheckoutRecovery& recovery, FakePayments& ledger) -> Task<> {
    auto timer = boost::asio::steady_timer{co_await boost::asio::this_coro::executor};
    while (ledger.ledger.empty()) {
      timer.expires_after(std::chrono::milliseconds{2});
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    co_await recovery.run_once();
  };
  boost::asio::co_spawn(loop, busy(shop->recovery, payments), boost::asio::detached);
  auto request = call(ada, key);
  EXPECT_EQ(run(shop->create.run(request, wish({{"mug", 1, 0}}, "tok_pending"))).status,
            Status::pending);
  EXPECT_EQ(count("checkouts WHERE attempts = 0"), 1);
}

}  // namespace
}  // namespace souk::order
