#include <gmock/gmock.h>

#include "internal/clients/messages.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;

class CheckoutTest : public ShopTest {};

TEST_F(CheckoutTest, ConfirmsAPaidOrder) {
  const auto ada = new_user();
  auto request = call(ada, new_key());
  const auto order = run(shop->create.run(request, wish()));
  EXPECT_EQ(order.status, Status::confirmed);
  EXPECT_EQ(order.totals.total.amount_minor(), 3598);
  EXPECT_EQ(order.payment->status, "captured");
  EXPECT_EQ(request.reply.http_status, 0);
  EXPECT_FALSE(request.reply.replayed);
  EXPECT_EQ(get(order.id), order);
  EXPECT_EQ(inventory.stock["mug"], 98);
  EXPECT_EQ(payments.ledger.at(order.id).amount.amount_minor(), 3598);
  EXPECT_EQ(count("outbox WHERE topic = 'order.confirmed'"), 3) << "one for each subscriber";
  EXPECT_EQ(count("checkouts WHERE step = 'done' AND payment_token IS NULL"), 1);
}

TEST_F(CheckoutTest, JoinsLinesOfOneSku) {
  const auto order = buy(new_user(), wish({{"mug", 1, 0}, {"pan", 1, 1}, {"mug", 2, 2}}));
  ASSERT_EQ(order.items.size(), 2U);
  EXPECT_EQ(order.items[0].quantity, 3);
  EXPECT_EQ(inventory.stock["mug"], 97);
}

TEST_F(CheckoutTest, RefusesWhatCannotBeOrderedAndForgetsTheKey) {
  const auto ada = new_user();
  const auto key = new_key();
  const auto error = refused(call(ada, key), wish({{"mug", 1, 0}, {"ghost", 1, 1}}));
  EXPECT_EQ(error.kind, Kind::validation);
  EXPECT_THAT(error.fields,
              ElementsAre(FieldError{"items[1].sku", "unknown_sku", "There is no SKU ghost."}));
  auto again = call(ada, key);
  EXPECT_EQ(run(shop->create.run(again, wish())).status, Status::confirmed);
  EXPECT_EQ(count("orders"), 1);
}

TEST_F(CheckoutTest, PaysThePriceThatWasShownOrNothing) {
  auto shown = wish();
  shown.expected_total = Money{3598, *Currency::parse("USD")};
  products.sell("pan", 2001);
  EXPECT_EQ(refused(call(new_user(), new_key()), shown).code, "price_changed");
  EXPECT_TRUE(payments.ledger.empty());
  EXPECT_EQ(inventory.stock["pan"], 100);
  EXPECT_EQ(count("orders"), 0);
  products.sell("pan", 2000);
  EXPECT_EQ(buy(new_user(), shown).totals.total.amount_minor(), 3598);
}

TEST_F(CheckoutTest, ChargesTheTaxOfTheDestination) {
  taxes = TaxRules::parse("GB=20,*=0", false);
  open();
  auto shown = wish();
  shown.expected_total = Money{3598, *Currency::parse("USD")};
  EXPECT_EQ(refused(call(new_user(), new_key()), shown).code, "price_changed");
  shown.expected_total =
      Money{4318, *Currency::parse("USD")};  // 20 % of 1598 and of 2000: 320, 400
  const auto order = buy(new_user(), shown);
  EXPECT_EQ(order.totals.tax.amount_minor(), 720);
  EXPECT_EQ(payments.ledger.at(order.id).amount.amount_minor(), 4318);
  EXPECT_EQ(get(order.id), order) << "the projection has the tax lines, too";
  const auto message = to_message(order);
  ASSERT_EQ(message.tax_lines_size(), 1);
  EXPECT_EQ(message.tax_lines(0).rate_basis_points(), 2000);
  EXPECT_EQ(message.tax_lines(0).taxable().amount(), 3598);
  EXPECT_EQ(message.tax_lines(0).tax().amount(), 720);
  EXPECT_EQ(run(shop->rebuild.run(admin_call(), false)).differing, 0);
  admin("UPDATE orders SET tax_lines = NULL");
  EXPECT_EQ(run(shop->rebuild.run(admin_call(), false)).differing, 1);
  EXPECT_EQ(get(order.id), order) << "rebuilt from its stream";
}

TEST_F(CheckoutTest, ShowsTheTaxThatPricesContain) {
  taxes = TaxRules::parse("*=20", true);
  open();
  const auto order = buy(new_user());
  EXPECT_EQ(order.totals.total.amount_minor(), 3598);
  EXPECT_EQ(order.totals.tax.amount_minor(), 0);
  ASSERT_EQ(order.totals.tax_lines.size(), 1U);
  EXPECT_EQ(order.totals.tax_lines[0].tax.amount_minor(), 266 + 333);
  EXPECT_EQ(get(order.id), order);
}

TEST_F(CheckoutTest, OutOfStockLeavesNothingButTheChanceToTryAgain) {
  const auto ada = new_user();
  const auto key = new_key();
  inventory.stock["pan"] = 0;
  const auto error = refused(call(ada, key), wish({{"mug", 1, 0}, {"mug", 1, 1}, {"pan", 1, 2}}));
  EXPECT_EQ(error.code, "out_of_stock");
  EXPECT_EQ(http_status(error.kind), 409);
  EXPECT_THAT(error.fields,
              ElementsAre(FieldError{"items[2].sku", "out_of_stock", "pan is out of stock."}));
  EXPECT_TRUE(payments.ledger.empty());
  EXPECT_EQ(inventory.stock["mug"], 100);
  EXPECT_TRUE(run(shop->read.list_own(call(ada), {})).orders.empty());
  EXPECT_TRUE(run(shop->read.list_all(admin_call(), "all", {}, {})).orders.empty());
  inventory.stock["pan"] = 1;
  auto again = call(ada, key);
  EXPECT_EQ(run(shop->create.run(again, wish())).status, Status::confirmed);
}

TEST_F(CheckoutTest, ADeclinedPaymentIsTheFinalReplyAndReleasesTheStock) {
  const auto ada = new_user();
  const auto key = new_key();
  const auto what = wish({{"mug", 2, 0}}, "tok_declined");
  const auto error = refused(call(ada, key), what);
  EXPECT_EQ(error.kind, Kind::payment_required);
  EXPECT_EQ(error.code, "payment_declined");
  EXPECT_EQ(error.extra.at("decline_code"), "card_declined");
  EXPECT_EQ(get(OrderId::from(error.extra.at("order_id"))).status, Status::payment_failed);
  EXPECT_EQ(inventory.stock["mug"], 100);
  EXPECT_EQ(count("outbox WHERE topic = 'order.payment_failed'"), 1);
  EXPECT_EQ(count("checkouts WHERE step = 'done' AND payment_token IS NULL"), 1);
  const auto replayed = refused(call(ada, key), what);
  EXPECT_EQ(replayed.code, error.code);
  EXPECT_EQ(replayed.extra, error.extra);
  EXPECT_EQ(payments.ledger.size(), 1U);
}

TEST_F(CheckoutTest, ARequestThatPaymentRefusesEndsTheOrder) {
  const auto error = refused(call(new_user(), new_key()), wish({{"mug", 2, 0}}, "tok_malformed"));
  EXPECT_EQ(error.code, "payment_declined");
  EXPECT_EQ(error.extra.at("decline_code"), "invalid_token");
  EXPECT_EQ(inventory.stock["mug"], 100);
}

TEST_F(CheckoutTest, AnUnknownOutcomeIs202AndSettlesByItself) {
  const auto ada = new_user();
  const auto key = new_key();
  const auto what = wish({{"mug", 1, 0}}, "tok_pending");
  auto request = call(ada, key);
  const auto order = run(shop->create.run(request, what));
  EXPECT_EQ(order.status, Status::pending);
  EXPECT_EQ(request.reply.http_status, 202);

  auto retry = call(ada, key);
  EXPECT_EQ(run(shop->create.run(retry, what)).status, Status::pending);
  EXPECT_EQ(retry.reply.http_status, 202);
  EXPECT_FALSE(retry.reply.replayed);

  payments.settle(order.id, PaymentState::Outcome::captured);
  std::this_thread::sleep_for(limits.poll);  // the moment at which recovery may go on
  recover();
  auto last = call(ada, key);
  EXPECT_EQ(run(shop->create.run(last, what)).status, Status::confirmed);
  EXPECT_EQ(last.reply.http_status, 0);
  EXPECT_TRUE(last.reply.replayed);
  EXPECT_EQ(count("checkouts WHERE payment_token IS NOT NULL"), 0);
}

TEST_F(CheckoutTest, NewsOfThePaymentWakesTheWaitingRequest) {
  limits.wait = limits.poll = std::chrono::seconds{8};  // no poll will save it
  open();
  auto request = call(new_user(), new_key());
  const auto news = [](OrderServices& services, FakePayments& ledger,
                       database::Database& db) -> Task<> {
    auto loop = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer pause{loop};
    while (ledger.ledger.empty()) {
      pause.expires_after(std::chrono::milliseconds{5});
      co_await pause.async_wait(boost::asio::use_awaitable);
    }
    const auto order = ledger.ledger.begin()->first;
    ledger.settle(order, PaymentState::Outcome::captured);
    payment::v1::PaymentSettled event;
    event.set_order_id(order.str());
    event.set_status(payment::v1::PAYMENT_STATUS_CAPTURED);
    const messaging::EventInfo info{.tenant = kDefaultTenant};
    co_await db.transact(testing::scope(), [&](database::Transaction& tx) {
      return services.payment_news.settled(tx, info, event);
    });
  };
  boost::asio::co_spawn(loop, news(*shop, payments, database), boost::asio::detached);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run(shop->create.run(request, wish({{"mug", 1, 0}}, "tok_pending"))).status,
            Status::confirmed);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{4});
}

TEST_F(CheckoutTest, ANeighbourThatIsAwayForAMomentIsAskedAgain) {
  inventory.fault = {.before = 1, .after = 1};
  payments.fault = {.before = 1, .after = 1};
  EXPECT_EQ(buy(new_user()).status, Status::confirmed);
  EXPECT_EQ(payments.ledger.size(), 1U);
  EXPECT_EQ(inventory.stock["mug"], 98);
}

// Whoever was told an id finds the order, whatever became of it.
TEST_F(CheckoutTest, AnOrderThatSomebodyWasToldOfNeverVanishes) {
  const auto ada = new_user();
  const auto key = new_key();
  inventory.fault.before = 1'000'000;
  auto request = call(ada, key);
  const auto order = run(shop->create.run(request, wish()));
  EXPECT_EQ(request.reply.http_status, 202);
  EXPECT_EQ(get(order.id).status, Status::pending);
  inventory.fault.before = 0;
  inventory.stock["mug"] = 0;
  std::this_thread::sleep_for(limits.poll);
  recover();

  EXPECT_EQ(get(order.id).status, Status::cancelled);
  const auto listed = run(shop->read.list_own(call(ada), {})).orders;
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, order.id);
  EXPECT_EQ(count("order_events WHERE type = 'cancelled' AND data->>'reason' = 'out_of_stock'"), 1);
  EXPECT_EQ(count("outbox WHERE topic = 'order.cancelled'"), 2);
  EXPECT_EQ(count("checkouts WHERE payment_token IS NOT NULL"), 0);
  EXPECT_TRUE(payments.ledger.empty());
  inventory.stock["mug"] = 100;
  for (int retry = 0; retry < 2; ++retry) {
    const auto error = refused(call(ada, key), wish());
    EXPECT_EQ(error.code, "out_of_stock") << "its key stands for what was told";
    EXPECT_EQ(error.extra.at("order_id"), order.id.str());
  }
  EXPECT_EQ(run(shop->rebuild.run(admin_call(), true)).differing, 0);
}

// What may still vanish is shown to nobody, so that nobody can miss it.
TEST_F(CheckoutTest, APendingOrderIsSeenOnceSomebodyWasToldOfIt) {
  const auto ada = new_user();
  inventory.stock["mug"] = 0;
  inventory.meanwhile = [&] {
    EXPECT_EQ(count("orders WHERE status = 'pending'"), 1);
    EXPECT_EQ(count("orders o WHERE EXISTS (SELECT FROM checkouts c"
                    " WHERE c.order_id = o.id AND c.told)"),
              0);
  };
  EXPECT_EQ(refused(call(ada, new_key()), wish()).code, "out_of_stock");
  EXPECT_TRUE(run(shop->read.list_own(call(ada), {})).orders.empty());
  EXPECT_TRUE(run(shop->read.list_all(admin_call(), "all", {}, {})).orders.empty());
  EXPECT_EQ(count("checkouts"), 0) << "and its key is free";
}

TEST_F(CheckoutTest, ANeighbourThatStaysAwayMeans202) {
  inventory.fault.before = 1'000'000;
  auto request = call(new_user(), new_key());
  const auto order = run(shop->create.run(request, wish()));
  EXPECT_EQ(order.status, Status::pending);
  EXPECT_EQ(request.reply.http_status, 202);
  inventory.fault.before = 0;
  std::this_thread::sleep_for(limits.poll);
  recover();
  EXPECT_EQ(get(order.id).status, Status::confirmed);
}

TEST_F(CheckoutTest, AnAccountHasOnlySoManyOpen) {
  limits.open_per_account = 2;
  limits.wait = limits.poll;
  open();
  const auto hoarder = new_user();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(buy(hoarder, wish({{"mug", 1, 0}}, "tok_pending")).status, Status::pending);
  const auto error = refused(call(hoarder, new_key()), wish({{"mug", 1, 0}}, "tok_pending"));
  EXPECT_EQ(error.code, "too_many_open_orders");
  EXPECT_EQ(error.kind, Kind::rate_limited);
  EXPECT_EQ(buy(new_user()).status, Status::confirmed) << "others are not held up";
}

TEST_F(CheckoutTest, NobodySeesAnothersOrder) {
  const auto ada = new_user();
  const auto order = buy(ada);
  EXPECT_EQ(run(shop->read.get(call(ada), order.id)), order);
  EXPECT_THROW(run(shop->read.get(call(new_user()), order.id)), Error);
  EXPECT_EQ(run(shop->read.get(call(new_user(), {}, {"staff"}), order.id)), order);
  EXPECT_TRUE(run(shop->read.list_own(call(new_user()), {})).orders.empty());
}

TEST_F(CheckoutTest, ListsNewestFirstPageByPage) {
  const auto ada = new_user();
  std::vector<OrderId> bought;
  for (int i = 0; i < 5; ++i) bought.insert(bought.begin(), buy(ada, wish({{"mug", 1, 0}})).id);
  std::vector<OrderId> listed;
  PageWish page{.size = 2, .token = {}};
  do {
    const auto reply = run(shop->read.list_own(call(ada), page));
    std::ranges::transform(reply.orders, std::back_inserter(listed), id_of);
    EXPECT_LE(reply.orders.size(), 2U);
    page.token = reply.next_page_token;
  } while (!page.token.empty());
  EXPECT_EQ(listed, bought);
  const auto pending =
      run(shop->read.list_all(admin_call(), "pending", {.status = Status::pending}, {}));
  EXPECT_TRUE(pending.orders.empty());
  EXPECT_EQ(run(shop->read.list_all(admin_call(), "confirmed", {.status = Status::confirmed}, {}))
                .orders.size(),
            5U);
}

TEST_F(CheckoutTest, TheTimelineHoldsNoToken) {
  const auto order = buy(new_user());
  EXPECT_EQ(run(shop->read.events(admin_call(), order.id)).size(), 2U);
  EXPECT_EQ(count("order_events WHERE data::text LIKE '%tok_%'"), 0);
  EXPECT_EQ(count("outbox WHERE encode(payload, 'escape') LIKE '%tok_%'"), 0);
}

}  // namespace
}  // namespace souk::order
