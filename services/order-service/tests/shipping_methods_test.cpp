#include "internal/service/shipping_methods.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/shop_test.hpp"

namespace souk::order {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A basket of two mugs and a pan: 35.98.
constexpr std::int64_t kBasket = 3598;

class ShippingMethodsTest : public ShopTest {
 protected:
  static v1::CreateShippingMethodRequest method(std::string code, std::int64_t price,
                                                std::vector<std::string> countries = {}) {
    v1::CreateShippingMethodRequest request;
    request.set_name("By " + code);
    request.set_code(std::move(code));
    for (auto& country : countries) request.add_countries(std::move(country));
    request.mutable_price()->set_amount(price);
    request.mutable_price()->set_currency("USD");
    return request;
  }
  Task<v1::ShippingMethod> creating(rpc::Call as, v1::CreateShippingMethodRequest request) {
    co_return co_await shop->shipping.create(as, request);
  }
  void create(v1::CreateShippingMethodRequest request) {
    run(creating(admin_call(), std::move(request)));
  }

  static v1::UpdateShippingMethodRequest update(std::string code, std::int64_t price,
                                                bool active = true) {
    v1::UpdateShippingMethodRequest request;
    request.set_code(std::move(code));
    request.set_name("New name");
    request.mutable_price()->set_amount(price);
    request.mutable_price()->set_currency("USD");
    request.set_active(active);
    return request;
  }

  /// "code price" of what the shop offers.
  std::vector<std::string> rates(const std::string& country, std::int64_t subtotal) {
    v1::ListShippingRatesRequest request;
    request.set_country(country);
    request.set_subtotal(subtotal);
    std::vector<std::string> offered;
    for (const auto& rate : shop->shipping.rates(call(new_user()), request).items())
      offered.push_back(fmt::format("{} {}", rate.code(), rate.price().amount()));
    return offered;
  }

  static NewOrder by(std::string code) {
    auto what = wish();
    what.fingerprint += code;
    what.shipping_method = std::move(code);
    return what;
  }
  /// "field code" of what an order is refused for.
  std::string wrong_with(NewOrder what) {
    const auto error = refused(call(new_user(), new_key()), std::move(what));
    EXPECT_EQ(error.kind, Kind::validation) << error.code;
    return error.fields.empty() ? error.code : error.fields[0].field + " " + error.fields[0].code;
  }
  template <class T>
  std::string failure(Task<T> task) {
    try {
      run(std::move(task));
    } catch (const Error& error) {
      return error.code;
    }
    return {};
  }
};

TEST_F(ShippingMethodsTest, AreKeptAndShown) {
  auto request = method("express", 1500, {"GB", "DE"});
  request.mutable_free_from()->set_amount(10'000);
  request.mutable_free_from()->set_currency("USD");
  request.set_min_days(1);
  request.set_max_days(2);
  const auto created = run(creating(admin_call(), request));
  EXPECT_TRUE(created.active());
  const auto listed = run(shop->shipping.list(admin_call()));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(to_message(listed[0]).SerializeAsString(), created.SerializeAsString());
  EXPECT_THAT(rates("GB", 9999), ElementsAre("express 1500"));
  EXPECT_THAT(rates("GB", 10'000), ElementsAre("express 0"));
  EXPECT_THAT(rates("FR", 0), IsEmpty());
}

TEST_F(ShippingMethodsTest, ChangeAtOnceWhereTheChangeIsMade) {
  create(method("post", 500));
  create(method("express", 1500));
  run(shop->shipping.update(admin_call(), update("post", 700)));
  EXPECT_THAT(rates("GB", 0), ElementsAre("post 700", "express 1500"));
  run(shop->shipping.update(admin_call(), update("post", 700, false)));
  EXPECT_THAT(rates("GB", 0), ElementsAre("express 1500"));
  run(shop->shipping.remove(admin_call(), "express"));
  EXPECT_THAT(rates("GB", 0), IsEmpty());
  EXPECT_EQ(failure(shop->shipping.remove(admin_call(), "express")), "not_found");
  EXPECT_EQ(failure(shop->shipping.update(admin_call(), update("express", 1))), "not_found");
}

TEST_F(ShippingMethodsTest, ReachOtherReplicasWithTheirNextLook) {
  OrderServices replica{Foundation{loop.get_executor(), database, outbox, products, inventory,
                                   payments, ids, clock, random, log, metrics, links},
                        limits, runtime::PageTokens{std::array<std::uint8_t, 32>{}}, taxes};
  create(method("post", 500));
  EXPECT_THAT(*replica.shipping.in_force(kDefaultTenant), IsEmpty());
  run(replica.shipping.refresh());
  EXPECT_EQ(replica.shipping.in_force(kDefaultTenant)->size(), 1U);
}

TEST_F(ShippingMethodsTest, HaveCodesOfTheirOwnAndABound) {
  create(method("post", 500));
  EXPECT_EQ(failure(creating(admin_call(), method("post", 600))), "shipping_method_taken");
  auto as = admin_call("key-1");
  const auto first = run(creating(as, method("express", 1500)));
  EXPECT_EQ(run(creating(as, method("express", 1500))).SerializeAsString(),
            first.SerializeAsString());
  EXPECT_EQ(failure(creating(as, method("express", 1600))), "idempotency_key_reused");
  admin(
      "INSERT INTO shipping_methods (tenant_id, code, name, countries, currency, price, active, "
      "created_at, updated_at) SELECT tenant_id, 'm' || n, 'M', '{}', 'USD', 1, true, now(), now() "
      "FROM shipping_methods, generate_series(1, 98) n WHERE code = 'post'");
  EXPECT_EQ(failure(creating(admin_call(), method("last", 1))), "too_many_shipping_methods");
}

TEST_F(ShippingMethodsTest, OfAnotherTenantAreNotSeen) {
  create(method("post", 500));
  auto stranger = admin_call();
  stranger.identity.tenant = TenantId{ids.next()};
  EXPECT_THAT(run(shop->shipping.list(stranger)), IsEmpty());
  EXPECT_EQ(failure(shop->shipping.remove(stranger, "post")), "not_found");
  EXPECT_THAT(*shop->shipping.in_force(stranger.identity.tenant), IsEmpty());
}

TEST_F(ShippingMethodsTest, AnOrderTakesTheCheapestAndPaysForIt) {
  create(method("express", 1500));
  create(method("post", 500, {"GB"}));
  const auto order = buy(new_user());
  EXPECT_EQ(order.status, Status::confirmed);
  EXPECT_EQ(order.shipping->code, "post");
  EXPECT_EQ(order.totals.shipping.amount_minor(), 500);
  EXPECT_EQ(order.totals.total.amount_minor(), kBasket + 500);
  EXPECT_EQ(payments.ledger.at(order.id).amount.amount_minor(), kBasket + 500);
  EXPECT_EQ(get(order.id), order) << "the projection says something else";
}

TEST_F(ShippingMethodsTest, AnOrderTakesWhatItIsTold) {
  create(method("express", 1500));
  create(method("post", 500));
  create(method("home", 100, {"DE"}));
  const auto order = buy(new_user(), by("express"));
  EXPECT_EQ(order.totals.total.amount_minor(), kBasket + 1500);
  EXPECT_EQ(wrong_with(by("ghost")), "shipping_method unknown_shipping_method");
  EXPECT_EQ(wrong_with(by("home")), "shipping_method not_deliverable");
  EXPECT_EQ(count("orders"), 1);
}

TEST_F(ShippingMethodsTest, WhereNothingDeliversNothingIsOrdered) {
  create(method("home", 100, {"DE"}));
  EXPECT_EQ(wrong_with(wish()), "shipping_address.country not_deliverable");
  EXPECT_EQ(count("checkouts"), 0);
  run(shop->shipping.remove(admin_call(), "home"));
  const auto order = buy(new_user());
  EXPECT_FALSE(order.shipping);
  EXPECT_EQ(order.totals.total.amount_minor(), kBasket) << "without methods delivery is free";
}

// Invariant 20: the price paid is the price shown, delivery included, or nothing is paid.
TEST_F(ShippingMethodsTest, ADearerDeliveryIsAChangedPrice) {
  create(method("post", 500));
  auto shown = wish();
  shown.expected_total = Money{kBasket + 500, Currency::from("USD")};
  run(shop->shipping.update(admin_call(), update("post", 501)));
  EXPECT_EQ(refused(call(new_user(), new_key()), shown).code, "price_changed");
  EXPECT_TRUE(payments.ledger.empty());
  run(shop->shipping.update(admin_call(), update("post", 500)));
  EXPECT_EQ(buy(new_user(), shown).totals.total, *shown.expected_total);
}

TEST_F(ShippingMethodsTest, AKeyGivesItsOrderWhateverBecameOfTheMethod) {
  create(method("post", 500));
  const auto ada = new_user();
  auto request = call(ada, "key-1");
  const auto order = run(shop->create.run(request, by("post")));
  run(shop->shipping.remove(admin_call(), "post"));
  auto again = call(ada, "key-1");
  EXPECT_EQ(run(shop->create.run(again, by("post"))), order);
  auto other = call(ada, "key-1");
  EXPECT_EQ(refused(other, by("express")).code, "idempotency_key_reused");
}

TEST_F(ShippingMethodsTest, OfAnOrderIsRefundedWithIt) {
  create(method("post", 500));
  const auto order = buy(new_user());
  v1::RefundOrderRequest request;
  request.set_id(order.id.str());
  request.set_reason("broken");
  auto as = admin_call(new_key());
  EXPECT_EQ(run(shop->refund.run(as, request)).amount().amount(), kBasket + 500);
}

TEST_F(ShippingMethodsTest, OrdersRebuildByteForByte) {
  buy(new_user());  // of a time without methods
  auto express = method("express", 1500);
  express.set_min_days(0);
  express.set_max_days(2);
  create(express);
  buy(new_user());
  create(method("post", 500));
  buy(new_user());
  const auto dump = [&] {
    return admin("SELECT string_agg(o::text, E'\\n' ORDER BY id) AS t FROM orders o")
        .front()
        .get<std::string>("t");
  };
  const auto before = dump();
  EXPECT_EQ(count("orders WHERE shipping IS NULL"), 1);
  EXPECT_EQ(run(shop->rebuild.run(admin_call(), true)).differing, 0);
  admin("UPDATE orders SET shipping = NULL");
  EXPECT_EQ(run(shop->rebuild.run(admin_call(), false)).differing, 2);
  EXPECT_EQ(dump(), before);
}

TEST_F(ShippingMethodsTest, TheTotalAddsUpInTheDatabaseToo) {
  create(method("post", 500));
  buy(new_user());
  EXPECT_THROW(admin("UPDATE orders SET shipping_total = 0"),
               database::BlockingConnection::Refused);
}

}  // namespace
}  // namespace souk::order
