#include <gmock/gmock.h>

#include "internal/clients/messages.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

class KeyTest : public ShopTest {
 protected:
  /// How many of `n` requests at once end in which way: "201", or an error's code.
  std::map<std::string, int> at_once(int n, const std::function<rpc::Call(int)>& caller,
                                     const NewOrder& what) {
    std::map<std::string, int> outcomes;
    int running = n;
    const auto one = [&](rpc::Call request) -> Task<> {
      std::string outcome;
      try {
        const auto order = co_await shop->create.run(request, what);
        outcome = order.status == Status::confirmed ? "201" : std::string{to_string(order.status)};
        bought.insert(order.id);
      } catch (const Error& error) {
        outcome = error.code;
      }
      ++outcomes[outcome];
      --running;
    };
    for (int i = 0; i < n; ++i) boost::asio::co_spawn(loop, one(caller(i)), boost::asio::detached);
    loop.restart();
    while (running > 0) loop.run_one();
    return outcomes;
  }

  std::set<OrderId> bought;
};

TEST_F(KeyTest, TheSameRequestGetsTheFirstReplyWordForWord) {
  const auto ada = new_user();
  const auto key = new_key();
  auto first = call(ada, key);
  const auto order = run(shop->create.run(first, wish()));
  run(shop->change.fulfil(first = admin_call(), [&] {
    v1::FulfilOrderRequest request;
    request.set_id(order.id.str());
    return request;
  }()));
  products.sell("mug", 1);  // what things cost by now is of no interest
  auto second = call(ada, key);
  auto what = wish();
  EXPECT_EQ(to_message(run(shop->create.run(second, what))).SerializeAsString(),
            to_message(order).SerializeAsString());
  EXPECT_TRUE(second.reply.replayed);
  EXPECT_EQ(payments.ledger.size(), 1U);
  EXPECT_EQ(count("orders"), 1);
}

TEST_F(KeyTest, AnswersEvenWhenTheCatalogueIsAwayOrHasChanged) {
  const auto ada = new_user();
  const auto key = new_key();
  auto what = wish();
  what.expected_total = Money{3598, *Currency::parse("USD")};
  auto first = call(ada, key);
  const auto order = run(shop->create.run(first, what));
  products.sell("mug", 1);
  auto second = call(ada, key);
  EXPECT_EQ(run(shop->create.run(second, what)), order);
  products.fault.before = 1;
  auto third = call(ada, key);
  EXPECT_EQ(run(shop->create.run(third, what)), order);
}

TEST_F(KeyTest, AnotherBodyIsRefused) {
  const auto ada = new_user();
  const auto key = new_key();
  auto first = call(ada, key);
  run(shop->create.run(first, wish()));
  const auto error = refused(call(ada, key), wish({{"mug", 9, 0}}));
  EXPECT_EQ(error.code, "idempotency_key_reused");
  EXPECT_EQ(http_status(error.kind), 422);
}

TEST_F(KeyTest, AnothersKeyShowsNothingOfTheirs) {
  const auto key = new_key();
  auto ada = call(new_user(), key);
  auto eve = call(new_user(), key);
  const auto hers = run(shop->create.run(ada, wish()));
  const auto other = run(shop->create.run(eve, wish()));
  EXPECT_NE(hers.id, other.id);
  EXPECT_FALSE(eve.reply.replayed);

  auto mallory = call(new_user(), key);
  auto what = wish();
  what.expected_total = Money{1, *Currency::parse("USD")};
  EXPECT_EQ(refused(mallory, what).code, "price_changed") << "not what Ada was answered";
}

// Between finding the key and reading its order, the order may be rejected and the key freed.
TEST_F(KeyTest, ARejectedOrderIsNobodysAnswer) {
  const auto ada = new_user();
  const auto key = new_key();
  inventory.stock["mug"] = 0;
  EXPECT_EQ(refused(call(ada, key), wish()).code, "out_of_stock");
  admin(
      "INSERT INTO checkouts (tenant_id, order_id, user_id, idempotency_key, fingerprint, step,"
      "                       payment_method, due_at, attended)"
      " SELECT tenant_id, id, user_id, '" +
      key + "', '" + wish().fingerprint + "', 'done', 'card', now(), false FROM orders");
  EXPECT_EQ(refused(call(ada, key), wish()).code, "too_many_open_orders");
}

TEST_F(KeyTest, IsRequired) {
  EXPECT_EQ(refused(call(new_user()), wish()).code, "idempotency_key_required");
}

TEST_F(KeyTest, FiftyAtOnceMakeOneOrder) {
  const auto ada = new_user();
  const auto key = new_key();
  const auto outcomes = at_once(50, [&](int) { return call(ada, key); }, wish());
  EXPECT_GE(outcomes.at("201"), 1);
  EXPECT_EQ(bought.size(), 1U);
  for (const auto& [outcome, times] : outcomes) {
    EXPECT_TRUE(outcome == "201" || outcome == "idempotency_in_progress")
        << outcome << " x" << times;
  }
  EXPECT_EQ(count("orders"), 1);
  EXPECT_EQ(payments.ledger.size(), 1U);
  EXPECT_EQ(inventory.stock["mug"], 98);
}

TEST_F(KeyTest, SixtyFourShoppersForTenPieces) {
  inventory.stock["mug"] = 10;
  const auto outcomes =
      at_once(64, [&](int) { return call(new_user(), new_key()); }, wish({{"mug", 1, 0}}));
  EXPECT_EQ(outcomes.at("201"), 10);
  EXPECT_EQ(outcomes.at("out_of_stock"), 54);
  EXPECT_EQ(inventory.stock["mug"], 0);
  EXPECT_EQ(payments.ledger.size(), 10U);
  EXPECT_EQ(count("checkouts WHERE step = 'done'"), 10);
  EXPECT_EQ(count("checkouts"), 10);
}

TEST_F(KeyTest, AreForgottenAWeekAfterTheEnd) {
  buy(new_user());
  run(shop->recovery.forget_old());
  EXPECT_EQ(count("checkouts"), 1);
  admin("UPDATE checkouts SET order_id = '01800000-0000-7000-8000-000000000000'");
  run(shop->recovery.forget_old());
  EXPECT_EQ(count("checkouts"), 0);
}

}  // namespace
}  // namespace souk::order
