#include <gmock/gmock.h>

#include "internal/service/order_links.hpp"
#include "order/order.pb.h"
#include "runtime/blocking.hpp"
#include "runtime/host.hpp"
#include "services/order-service/order_module.hpp"
#include "testing/test_database.hpp"
#include "tests/neighbours.hpp"

namespace souk::order {
namespace {

using ::testing::HasSubstr;

/// The whole service as a process hosts it, spoken to over gRPC.
class OrderModuleTest : public ::testing::Test {
 protected:
  OrderModuleTest() {
    std::vector specs{module(), neighbour<ProductNeighbour>("product-service"),
                      neighbour<InventoryNeighbour>("inventory-service"),
                      neighbour<PaymentNeighbour>("payment-service")};
    host.emplace(process, std::move(specs), runtime::HostOptions{});
    host->start();
  }
  ~OrderModuleTest() override { host->stop(); }

  rpc::Call call(UserId user, std::string key = {}, std::vector<std::string> roles = {"customer"}) {
    auto call = rpc::Call::background("api-gateway", std::chrono::seconds{10}, process.random);
    call.identity.user = user;
    call.identity.roles = std::move(roles);
    call.idempotency_key = std::move(key);
    return call;
  }
  rpc::Call admin() { return call(ada, process.ids.next().str(), {"admin"}); }

  template <class Reply, class Request>
  Reply ask(std::string_view method, const Request& request, const rpc::Call& as) {
    const rpc::Method<Request, Reply> ask{host->channel("order-service"), "api-gateway",
                                          "souk.order.v1.OrderService", method};
    return runtime::run_on(caller_loop.executor(),
                           [&]() -> Task<Reply> { co_return co_await ask(as, request); });
  }

  template <class Act>
  Error error_of(Act act) {
    try {
      act();
    } catch (const Error& error) {
      return error;
    }
    throw std::logic_error{"it was not refused"};
  }

  static v1::CreateOrderRequest wish(std::string sku = "mug", std::int64_t quantity = 2,
                                     std::string token = "tok_visa") {
    v1::CreateOrderRequest request;
    auto& item = *request.add_items();
    item.set_sku(std::move(sku));
    item.set_quantity(quantity);
    auto& address = *request.mutable_shipping_address();
    address.set_full_name("Ada Byron");
    address.set_line1("12 St James's Square");
    address.set_city("London");
    address.set_postal_code("SW1Y 4JH");
    address.set_country("GB");
    request.mutable_payment()->set_method("card");
    request.mutable_payment()->set_token(std::move(token));
    return request;
  }

  v1::Order buy() {
    return ask<v1::Order>("CreateOrder", wish(), call(ada, process.ids.next().str()));
  }

  Error refusal(const v1::CreateOrderRequest& request) {
    return error_of(
        [&] { ask<v1::Order>("CreateOrder", request, call(ada, process.ids.next().str())); });
  }

  template <class Request>
  static Request about(const std::string& id) {
    Request request;
    request.set_id(id);
    return request;
  }

  testing::TestDatabase order_database{module().migrations};
  runtime::Process process{config::Settings{{{"ORDER_DATABASE_URL", order_database.app_url()},
                                             {"SOUK_INTERNAL_KEY", std::string(64, 'a')},
                                             {"SOUK_LOG_LEVEL", "error"}}},
                           "order-test"};
  runtime::EventLoop caller_loop;
  std::optional<runtime::Host> host;
  UserId ada{process.ids.next()};
};

TEST_F(OrderModuleTest, StaffLookForOrdersAndAtSales) {
  const auto order = buy();
  buy();
  const auto staff = call(ada, {}, {"staff"});
  v1::ListAllOrdersRequest search;
  search.set_query(order.number());
  auto found = ask<v1::ListOrdersReply>("ListAllOrders", search, staff);
  ASSERT_EQ(found.items_size(), 1);
  EXPECT_EQ(found.items(0).id(), order.id());
  search.clear_query();
  search.set_page_size(1);
  found = ask<v1::ListOrdersReply>("ListAllOrders", search, staff);
  search.set_page_token(found.next_page_token());
  EXPECT_EQ(ask<v1::ListOrdersReply>("ListAllOrders", search, staff).items(0).id(), order.id());
  search.set_status("confirmed");
  EXPECT_EQ(error_of([&] { ask<v1::ListOrdersReply>("ListAllOrders", search, staff); }).code,
            "invalid_page_token");
  search.clear_page_token();
  search.set_from("2026-13-01");
  EXPECT_EQ(error_of([&] { ask<v1::ListOrdersReply>("ListAllOrders", search, staff); })
                .fields.at(0)
                .field,
            "from");

  v1::GetSalesRequest period;
  period.set_from("2026-01-01");
  period.set_to("2030-12-31");
  period.set_interval("month");
  const auto sales = ask<v1::Sales>("GetSales", period, staff);
  EXPECT_EQ(sales.items(0).orders(), 2);
  EXPECT_EQ(sales.items(0).top_products(0).sku(), "mug");
  EXPECT_EQ(error_of([&] { ask<v1::Sales>("GetSales", period, call(ada)); }).code, "forbidden");
  period.clear_to();
  EXPECT_EQ(error_of([&] { ask<v1::Sales>("GetSales", period, staff); }).fields.at(0).field, "to");
}

TEST_F(OrderModuleTest, SellsShipsAndRefunds) {
  const auto order = buy();
  EXPECT_EQ(order.status(), "confirmed");
  EXPECT_EQ(order.total().amount(), 1598);
  EXPECT_EQ(order.payment().provider(), "sandbox");
  EXPECT_EQ(order.shipping_address().city(), "London");

  auto fulfil = about<v1::FulfilOrderRequest>(order.id());
  fulfil.set_tracking_number("1Z999");
  EXPECT_EQ(ask<v1::Order>("FulfilOrder", fulfil, admin()).status(), "fulfilled");
  const auto deliver = about<v1::DeliverOrderRequest>(order.id());
  EXPECT_EQ(ask<v1::Order>("DeliverOrder", deliver, admin()).status(), "delivered");

  auto refund = about<v1::RefundOrderRequest>(order.id());
  refund.set_reason("broken");
  EXPECT_EQ(ask<v1::OrderRefund>("RefundOrder", refund, admin()).status(), "succeeded");
  const auto after = ask<v1::Order>("GetOrder", about<v1::GetOrderRequest>(order.id()), call(ada));
  EXPECT_EQ(after.status(), "refunded");
  EXPECT_EQ(after.refunded_total().amount(), 1598);
  EXPECT_EQ(after.tracking_number(), "1Z999");

  const auto timeline = ask<v1::ListOrderEventsReply>(
      "ListOrderEvents", about<v1::ListOrderEventsRequest>(order.id()), admin());
  ASSERT_EQ(timeline.items_size(), 6);
  EXPECT_EQ(timeline.items(0).type(), "placed");
  EXPECT_THAT(timeline.items(0).data(), HasSubstr("\"total\":1598"));
  EXPECT_EQ(timeline.items(5).type(), "refunded");
}

TEST_F(OrderModuleTest, RefusalsCrossTheWireWhole) {
  EXPECT_EQ(refusal(wish("ghost")).fields.at(0).code, "unknown_sku");
  EXPECT_EQ(refusal(wish("draft")).fields.at(0).code, "not_sellable");
  EXPECT_EQ(refusal(wish("mug", 0)).fields.at(0).field, "items[0].quantity");
  EXPECT_EQ(refusal(wish("mug", 1000)).code, "out_of_stock");
  const auto declined = refusal(wish("mug", 1, "tok_declined"));
  EXPECT_EQ(declined.kind, Kind::payment_required);
  EXPECT_TRUE(Uuid::parse(declined.extra.at("order_id")));
  auto shown = wish();
  shown.mutable_expected_total()->set_amount(1);
  shown.mutable_expected_total()->set_currency("USD");
  EXPECT_EQ(refusal(shown).code, "price_changed");
  EXPECT_EQ(error_of([&] { ask<v1::Order>("CreateOrder", wish(), call(ada)); }).code,
            "idempotency_key_required");
}

TEST_F(OrderModuleTest, CancelsAndListsByStatus) {
  const auto order = buy();
  buy();
  EXPECT_EQ(
      ask<v1::Order>("CancelOrder", about<v1::CancelOrderRequest>(order.id()), call(ada)).status(),
      "cancelled");
  v1::ListAllOrdersRequest filter;
  filter.set_status("cancelled");
  EXPECT_EQ(ask<v1::ListOrdersReply>("ListAllOrders", filter, admin()).items_size(), 1);
  v1::ListOrdersRequest own;
  own.set_page_size(1);
  const auto first = ask<v1::ListOrdersReply>("ListOrders", own, call(ada));
  own.set_page_token(first.next_page_token());
  EXPECT_EQ(ask<v1::ListOrdersReply>("ListOrders", own, call(ada)).items(0).id(), order.id());
  own.set_page_token("forged");
  EXPECT_EQ(error_of([&] { ask<v1::ListOrdersReply>("ListOrders", own, call(ada)); }).code,
            "invalid_page_token");
}

TEST_F(OrderModuleTest, DeliversByMethodsThatAdministratorsKeep) {
  v1::CreateShippingMethodRequest create;
  create.set_code("post");
  create.set_name("Post");
  create.add_countries("GB");
  create.mutable_price()->set_amount(500);
  create.mutable_price()->set_currency("USD");
  create.mutable_free_from()->set_amount(10'000);
  create.mutable_free_from()->set_currency("USD");
  create.set_min_days(2);
  EXPECT_EQ(error_of([&] {
              ask<v1::ShippingMethod>("CreateShippingMethod", create, call(ada, "k", {"staff"}));
            }).kind,
            Kind::forbidden);
  EXPECT_TRUE(ask<v1::ShippingMethod>("CreateShippingMethod", create, admin()).active());

  v1::ListShippingRatesRequest where;
  where.set_country("GB");
  const auto visitor =
      rpc::Call::background("api-gateway", std::chrono::seconds{5}, process.random);
  const auto rates = ask<v1::ListShippingRatesReply>("ListShippingRates", where, visitor);
  ASSERT_EQ(rates.items_size(), 1);
  EXPECT_EQ(rates.items(0).price().amount(), 500);
  EXPECT_EQ(rates.items(0).min_days(), 2);
  EXPECT_FALSE(rates.items(0).has_max_days());
  EXPECT_FALSE(rates.free_everywhere());

  const auto order = buy();
  EXPECT_EQ(order.shipping_total().amount(), 500);
  EXPECT_EQ(order.total().amount(), 2098);
  EXPECT_EQ(order.shipping().code(), "post");
  auto elsewhere = wish();
  elsewhere.mutable_shipping_address()->set_country("FR");
  EXPECT_EQ(refusal(elsewhere).fields.at(0).field, "shipping_address.country");
  auto by_air = wish();
  by_air.set_shipping_method("air");
  EXPECT_EQ(refusal(by_air).fields.at(0).code, "unknown_shipping_method");

  v1::UpdateShippingMethodRequest update;
  update.set_code("post");
  update.set_name("Snail");
  *update.mutable_price() = create.price();
  update.set_active(false);
  EXPECT_FALSE(ask<v1::ShippingMethod>("UpdateShippingMethod", update, admin()).has_free_from());
  const auto all = ask<v1::ListShippingMethodsReply>(
      "ListShippingMethods", v1::ListShippingMethodsRequest{}, call(ada, "", {"staff"}));
  ASSERT_EQ(all.items_size(), 1);
  EXPECT_EQ(all.items(0).name(), "Snail");
  v1::DeleteShippingMethodRequest remove;
  remove.set_code("post");
  ask<common::v1::Nothing>("DeleteShippingMethod", remove, admin());
  EXPECT_TRUE(
      ask<v1::ListShippingRatesReply>("ListShippingRates", where, visitor).free_everywhere());
  EXPECT_EQ(ask<v1::Order>("GetOrder", about<v1::GetOrderRequest>(order.id()), call(ada))
                .shipping()
                .name(),
            "Post");
}

TEST_F(OrderModuleTest, ShowsAnOrderToWhoHasItsMail) {
  const auto order = buy();
  const OrderLinks links{process.key};
  const auto nobody = rpc::Call::background("api-gateway", std::chrono::seconds{5}, process.random);
  v1::GetOrderByLinkRequest request;
  request.set_token(links.token(kDefaultTenant, OrderId::from(order.id())));
  EXPECT_EQ(ask<v1::Order>("GetOrderByLink", request, nobody).number(), order.number());
  request.set_token(links.token(kDefaultTenant, OrderId{process.ids.next()}));
  EXPECT_EQ(error_of([&] { ask<v1::Order>("GetOrderByLink", request, nobody); }).code, "not_found");
  const OrderLinks forger{std::array<std::uint8_t, 32>{}};
  for (const auto& token :
       {forger.token(kDefaultTenant, OrderId::from(order.id())), order.id(), std::string{"x"}}) {
    request.set_token(token);
    EXPECT_EQ(error_of([&] { ask<v1::Order>("GetOrderByLink", request, nobody); }).code,
              "invalid_link");
  }
}

TEST_F(OrderModuleTest, KeepsCarts) {
  v1::PutCartItemRequest put;
  put.set_sku("mug");
  put.set_quantity(3);
  EXPECT_EQ(ask<v1::Cart>("PutCartItem", put, call(ada)).subtotal().amount(), 2397);
  v1::MergeCartRequest merge;
  auto& ghost = *merge.add_items();
  ghost.set_sku("ghost");
  ghost.set_quantity(1);
  const auto merged = ask<v1::Cart>("MergeCart", merge, call(ada));
  ASSERT_EQ(merged.items_size(), 2);
  EXPECT_EQ(merged.items(0).name(), "The mug");
  EXPECT_EQ(merged.items(0).product_id(), "product-of-mug");
  EXPECT_EQ(merged.items(1).problem(), "unknown_sku");
  EXPECT_FALSE(merged.items(1).has_unit_price());
  buy();
  v1::DeleteCartItemRequest remove;
  remove.set_sku("ghost");
  EXPECT_EQ(ask<v1::Cart>("DeleteCartItem", remove, call(ada)).items(0).quantity(), 1);
  put.set_sku("draft");
  EXPECT_EQ(error_of([&] { ask<v1::Cart>("PutCartItem", put, call(ada)); }).fields.at(0).code,
            "not_sellable");
  const auto nobody = rpc::Call::background("api-gateway", std::chrono::seconds{5}, process.random);
  EXPECT_EQ(error_of([&] { ask<v1::Cart>("GetCart", v1::GetCartRequest{}, nobody); }).kind,
            Kind::unauthenticated);
  const auto guest = call(UserId{process.ids.next()}, "", {"guest"});
  EXPECT_EQ(ask<v1::Cart>("GetCart", v1::GetCartRequest{}, guest).items_size(), 0);
}

TEST_F(OrderModuleTest, KeepsStrangersOut) {
  const auto order = buy();
  const auto stranger = call(UserId{process.ids.next()});
  const auto get = about<v1::GetOrderRequest>(order.id());
  EXPECT_EQ(error_of([&] { ask<v1::Order>("GetOrder", get, stranger); }).code, "not_found");
  const auto deliver = about<v1::DeliverOrderRequest>(order.id());
  EXPECT_EQ(error_of([&] { ask<v1::Order>("DeliverOrder", deliver, call(ada)); }).kind,
            Kind::forbidden);
  const auto nobody = rpc::Call::background("api-gateway", std::chrono::seconds{5}, process.random);
  EXPECT_EQ(error_of([&] { ask<v1::Order>("GetOrder", get, nobody); }).kind, Kind::unauthenticated);
}

TEST_F(OrderModuleTest, ImportsAndRebuilds) {
  v1::ImportOrdersRequest request;
  auto& past = *request.add_orders();
  past.set_external_id("536365");
  past.set_user_id(ada.str());
  auto& item = *past.add_items();
  item.set_sku("85123A");
  item.set_name("WHITE HANGING HEART");
  item.set_quantity(6);
  item.mutable_unit_price()->set_amount(255);
  item.mutable_unit_price()->set_currency("GBP");
  past.mutable_total()->set_amount(1530);
  past.mutable_total()->set_currency("GBP");
  past.mutable_placed_at()->set_seconds(1'291'191'960);
  const auto cli = rpc::Call::background("cli", std::chrono::seconds{10}, process.random);
  EXPECT_EQ(ask<v1::ImportOrdersReply>("ImportOrders", request, cli).created(), 1);
  EXPECT_EQ(ask<v1::ImportOrdersReply>("ImportOrders", request, cli).existing(), 1);
  const auto listed = ask<v1::ListOrdersReply>("ListOrders", v1::ListOrdersRequest{}, call(ada));
  EXPECT_EQ(listed.items(0).status(), "delivered");
  EXPECT_EQ(listed.items(0).created_at().seconds(), 1'291'191'960);

  const auto report = ask<v1::RebuildOrdersReply>("RebuildOrders", v1::RebuildOrdersRequest{}, cli);
  EXPECT_EQ(report.orders(), 1);
  EXPECT_EQ(report.differing(), 0);

  past.mutable_total()->set_amount(1529);
  past.set_external_id("536366");
  const auto wrong = error_of([&] { ask<v1::ImportOrdersReply>("ImportOrders", request, cli); });
  EXPECT_EQ(wrong.fields.at(0).field, "orders[0].total");
}

}  // namespace
}  // namespace souk::order
