#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "internal/service/carts.hpp"
#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CartTest : public ShopTest {
 protected:
  // The calls that are made side by side: each owns what it works with.
  Task<ShownCart> putting(UserId user, std::string sku, std::int64_t quantity) {
    const auto as = call(user);
    co_return co_await shop->carts.put(as, {.sku = sku, .quantity = quantity});
  }
  Task<ShownCart> merging(UserId user, std::vector<CartLine> lines) {
    const auto as = call(user);
    co_return co_await shop->carts.merge(as, lines);
  }
  Task<ShownCart> removing(UserId user, std::string sku) {
    const auto as = call(user);
    co_return co_await shop->carts.remove(as, sku);
  }
  ShownCart put(std::string sku, std::int64_t quantity) {
    return run(putting(ada, std::move(sku), quantity));
  }
  ShownCart merge(std::vector<CartLine> lines) { return run(merging(ada, std::move(lines))); }

  /// "sku quantity", and what is wrong with it.
  static std::vector<std::string> lines(const ShownCart& cart) {
    std::vector<std::string> shown;
    for (const auto& line : cart.lines) {
      shown.push_back(fmt::format("{} {}{}{}", line.line.sku, line.line.quantity,
                                  line.problem.empty() ? "" : " ", line.problem));
    }
    return shown;
  }
  std::vector<std::string> kept(UserId user) { return lines(run(shop->carts.get(call(user)))); }
  std::vector<std::string> kept() { return kept(ada); }

  /// The code of the first field that is wrong, or of the error itself.
  template <class T>
  std::string failure(Task<T> task) {
    try {
      run(std::move(task));
    } catch (const Error& error) {
      return error.fields.empty() ? error.code : error.fields[0].field + " " + error.fields[0].code;
    }
    return {};
  }

  static std::vector<CartLine> many(int count) {
    std::vector<CartLine> all;
    for (int i = 0; i < count; ++i) all.push_back({fmt::format("sku{:03}", i), 1, 0});
    return all;
  }

  UserId ada = new_user();
};

TEST_F(CartTest, BeginsEmpty) {
  const auto cart = run(shop->carts.get(call(ada)));
  EXPECT_THAT(cart.lines, IsEmpty());
  EXPECT_FALSE(cart.subtotal);
  EXPECT_FALSE(cart.updated_at);
  EXPECT_EQ(products.asked, 0) << "the catalogue was asked for nothing";
}

TEST_F(CartTest, KeepsWhatIsPutInInThatOrder) {
  put("pan", 1);
  const auto cart = put("mug", 2);
  EXPECT_THAT(lines(cart), ElementsAre("pan 1", "mug 2"));
  EXPECT_EQ(cart.subtotal, (Money{3598, Currency::from("USD")}));
  EXPECT_EQ(cart.lines[1].total, (Money{1598, Currency::from("USD")}));
  EXPECT_THAT(lines(put("pan", 5)), ElementsAre("pan 5", "mug 2"));
  EXPECT_THAT(lines(run(removing(ada, "pan"))), ElementsAre("mug 2"));
  EXPECT_THAT(lines(run(removing(ada, "pan"))), ElementsAre("mug 2")) << "twice is once";
  EXPECT_THAT(kept(new_user()), IsEmpty());
}

TEST_F(CartTest, ShowsThePricesOfThisMoment) {
  put("mug", 2);
  products.sell("mug", 1000);
  EXPECT_EQ(run(shop->carts.get(call(ada))).subtotal, (Money{2000, Currency::from("USD")}));
}

TEST_F(CartTest, SaysWhatCannotBeOrderedAnyMore) {
  products.sell("cup", 100);
  for (const auto* sku : {"mug", "pan", "cup"}) put(sku, 1);
  std::erase_if(products.catalogue, [](const QuotedPrice& quote) { return quote.sku == "pan"; });
  products.sell("cup", 100, "JPY");
  const auto cart = run(shop->carts.get(call(ada)));
  EXPECT_THAT(lines(cart), ElementsAre("mug 1", "pan 1 unknown_sku", "cup 1 mixed_currencies"));
  EXPECT_EQ(cart.subtotal, (Money{799, Currency::from("USD")}));
  EXPECT_FALSE(cart.lines[1].quote);
  products.catalogue.front().sellable = false;
  EXPECT_THAT(kept(),
              ElementsAre("mug 1 not_sellable", "pan 1 unknown_sku", "cup 1 mixed_currencies"));
}

TEST_F(CartTest, TakesNothingThatIsNotForSale) {
  EXPECT_EQ(failure(putting(ada, "ghost", 1)), "sku unknown_sku");
  products.catalogue.front().sellable = false;
  EXPECT_EQ(failure(putting(ada, "mug", 1)), "sku not_sellable");
  EXPECT_EQ(count("cart_items"), 0);
}

TEST_F(CartTest, MergingKeepsTheLargerQuantityHoweverOftenItIsDone) {
  put("mug", 2);
  put("pan", 5);
  const std::vector<CartLine> browser{{"mug", 3, 0}, {"pan", 1, 0}, {"ghost", 1, 0}, {"mug", 1, 0}};
  for (int time = 0; time < 2; ++time)
    EXPECT_THAT(lines(merge(browser)), ElementsAre("mug 3", "pan 5", "ghost 1 unknown_sku"));
  EXPECT_THAT(lines(merge({})), ElementsAre("mug 3", "pan 5", "ghost 1 unknown_sku"));
}

TEST_F(CartTest, HoldsAsManyLinesAsAnOrder) {
  for (const auto& line : many(kMaxCartLines + 1)) products.sell(line.sku, 1);
  merge(many(kMaxCartLines));
  EXPECT_EQ(failure(putting(ada, "mug", 1)), "cart_full");
  EXPECT_EQ(failure(merging(ada, many(kMaxCartLines + 1))), "cart_full");
  EXPECT_EQ(count("cart_items"), kMaxCartLines);
  EXPECT_EQ(lines(put("sku007", 9))[7], "sku007 9") << "a full cart can still be changed";
}

TEST_F(CartTest, IsBoundedHoweverManyPutAtOnce) {
  merge(many(kMaxCartLines - 1));
  const auto code_of = [](Task<ShownCart> task) -> Task<std::string> {
    try {
      co_await std::move(task);
    } catch (const Error& error) {
      co_return error.code;
    }
    co_return std::string{};
  };
  std::vector<Task<std::string>> puts;
  for (const auto* sku : {"mug", "pan", "mug", "pan"})
    puts.push_back(code_of(putting(ada, sku, 1)));
  const auto codes = testing::run_all(loop, std::move(puts));
  EXPECT_EQ(std::ranges::count(codes, ""), 2);
  EXPECT_EQ(std::ranges::count(codes, "cart_full"), 2);
  EXPECT_EQ(count("cart_items"), kMaxCartLines);
}

TEST_F(CartTest, AnOrderTakesWhatItBoughtAndNoMore) {
  put("mug", 5);
  put("pan", 1);
  const auto eve = new_user();
  run(putting(eve, "mug", 2));
  buy(ada, wish({{"mug", 2, 0}, {"pan", 3, 1}}));
  EXPECT_THAT(kept(), ElementsAre("mug 3"));
  EXPECT_THAT(kept(eve), ElementsAre("mug 2")) << "another's cart";
  buy(ada, wish({{"mug", 3, 0}}));
  EXPECT_THAT(kept(), IsEmpty());
  buy(ada);  // without a cart
}

TEST_F(CartTest, OnlyAPaidOrderEmptiesIt) {
  put("mug", 2);
  EXPECT_EQ(refused(call(ada, new_key()), wish({{"mug", 2, 0}}, "tok_declined")).code,
            "payment_declined");
  inventory.stock["mug"] = 0;
  EXPECT_EQ(refused(call(ada, new_key()), wish({{"mug", 2, 0}})).code, "out_of_stock");
  EXPECT_THAT(kept(), ElementsAre("mug 2"));
}

TEST_F(CartTest, AReplayTakesNothingTwice) {
  put("mug", 4);
  auto request = call(ada, "key-1");
  run(shop->create.run(request, wish({{"mug", 2, 0}})));
  auto again = call(ada, "key-1");
  run(shop->create.run(again, wish({{"mug", 2, 0}})));
  EXPECT_THAT(kept(), ElementsAre("mug 2"));
}

TEST_F(CartTest, AnOrderThatRecoveryFinishesEmptiesItToo) {
  put("mug", 2);
  auto request = call(ada, new_key());
  payments.fault.before = 1000;
  run(shop->create.run(request, wish({{"mug", 2, 0}})));
  EXPECT_THAT(kept(), ElementsAre("mug 2"));
  payments.fault.before = 0;
  admin("UPDATE checkouts SET due_at = now()");
  recover();
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(CartTest, IsForgottenWhenNobodyComesBack) {
  put("mug", 2);
  const auto eve = new_user();
  run(putting(eve, "mug", 1));
  admin("UPDATE carts SET updated_at = now() - interval '91 days' WHERE user_id = '" + ada.str() +
        "'");
  run(shop->carts.forget_old());
  EXPECT_EQ(count("carts"), 1);
  EXPECT_THAT(kept(), IsEmpty());
  EXPECT_THAT(kept(eve), ElementsAre("mug 1"));
}

TEST_F(CartTest, ATenantSeesItsOwnOnly) {
  put("mug", 2);
  auto stranger = call(ada);
  stranger.identity.tenant = TenantId{ids.next()};
  EXPECT_THAT(run(shop->carts.get(stranger)).lines, IsEmpty());
}

}  // namespace
}  // namespace souk::order
