#include <grpcpp/grpcpp.h>

#include "common/events.pb.h"
#include "inventory/inventory.pb.h"
#include "order/events.pb.h"
#include "replica.hpp"
#include "services/inventory-service/inventory_module.hpp"

namespace souk::inventory {
namespace {

/// The module as a process hosts it, called over gRPC.
class ModuleTest : public InventoryTest {
 protected:
  ModuleTest() {
    world.settings = world.settings.with("INVENTORY_DATABASE_URL", where->app_url());
    world.channel("product-service")
        .connect(grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials()));
    module_ = inventory::module().make(world.context("inventory-service"));
    grpc::ServerBuilder builder;
    for (auto* service : module_->services()) {
      service->check_complete();
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    world.channel("inventory-service").connect(server_->InProcessChannel({}));
    world.run(module_->start());
    world.run(module_->ready());
  }
  ~ModuleTest() override {
    server_->Shutdown();
    world.run(module_->stop());
  }

  template <class Reply>
  Reply call(const std::string& method, const google::protobuf::Message& request,
             const std::string& service = "souk.inventory.v1.InventoryService") {
    auto with = world.call();
    with.identity.user = UserId{Uuid{{1}}};
    with.identity.roles = {role};
    Reply reply;
    world.run(world.channel("inventory-service")
                  .unary(with, "test", "/" + service + "/" + method, request, reply));
    return reply;
  }

  template <class Reply>
  std::string code_of(const std::string& method, const google::protobuf::Message& request) {
    try {
      call<Reply>(method, request);
      return "";
    } catch (const Error& error) {
      return error.fields.empty() ? error.code : error.fields.front().field;
    }
  }

  static v1::ReserveRequest reservation(OrderId order,
                                        const std::vector<std::pair<std::string, int>>& lines) {
    v1::ReserveRequest request;
    request.set_order_id(order.str());
    for (const auto& [sku, quantity] : lines) {
      auto& line = *request.add_lines();
      line.set_sku(sku);
      line.set_quantity(quantity);
    }
    return request;
  }

  template <class E>
  common::v1::Event event_of(const std::string& topic, OrderId order) {
    E message;
    message.mutable_order()->set_id(order.str());
    common::v1::Event event;
    event.set_id(world.ids.next().str());
    event.set_topic(topic);
    event.set_aggregate_id(order.str());
    event.set_tenant_id(kDefaultTenant.str());
    event.set_payload(message.SerializeAsString());
    return event;
  }

  int deliver(const std::vector<common::v1::Event>& events) {
    common::v1::DeliverRequest request;
    for (const auto& event : events) *request.add_events() = event;
    int accepted = 0;
    const auto reply =
        call<common::v1::DeliverReply>("Deliver", request, "souk.common.v1.EventSink");
    for (const auto& outcome : reply.outcomes()) accepted += outcome.accepted() ? 1 : 0;
    return accepted;
  }

  std::string role = "admin";

 private:
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(ModuleTest, CountsStockAndShowsItsLedger) {
  v1::GetStockRequest get;
  get.set_sku("A");
  EXPECT_EQ(code_of<v1::Stock>("GetStock", get), "not_found");
  v1::SetStockRequest set;
  set.set_sku("A");
  EXPECT_EQ(code_of<v1::Stock>("SetStock", set), "on_hand");
  for (int i = 1; i <= 5; ++i) {
    set.set_on_hand(i);
    EXPECT_EQ(call<v1::Stock>("SetStock", set).available(), i);
  }
  v1::AdjustStockRequest adjust;
  adjust.set_sku("A");
  adjust.set_delta(2);
  adjust.set_reason("found behind the shelf");
  EXPECT_EQ(call<v1::Stock>("AdjustStock", adjust).on_hand(), 7);
  EXPECT_EQ(call<v1::Stock>("GetStock", get).on_hand(), 7);

  v1::ListMovementsRequest list;
  list.set_sku("A");
  list.set_page_size(4);
  auto page = call<v1::ListMovementsReply>("ListMovements", list);
  ASSERT_EQ(page.items_size(), 4);
  EXPECT_EQ(page.items(0).kind(), "adjustment");
  EXPECT_EQ(page.items(0).reason(), "found behind the shelf");
  list.set_page_token(page.next_page_token());
  page = call<v1::ListMovementsReply>("ListMovements", list);
  EXPECT_EQ(page.items_size(), 2);
  EXPECT_EQ(page.next_page_token(), "");
  list.set_sku("B");
  EXPECT_EQ(code_of<v1::ListMovementsReply>("ListMovements", list), "invalid_page_token");
}

TEST_F(ModuleTest, ListsStockBySkuWithWhatIsLow) {
  v1::SetStockRequest set;
  for (const auto& [sku, on_hand] : std::vector<std::pair<std::string, int>>{
           {"LIST-MUG-1", 100}, {"LIST-MUG-2", 1}, {"LIST-PAN-1", 0}, {"LIST-PAN-2", 100}}) {
    set.set_sku(sku);
    set.set_on_hand(on_hand);
    call<v1::Stock>("SetStock", set);
  }
  role = "staff";
  const auto skus = [&](v1::ListStockRequest request) {
    std::string text;
    for (int pages = 0; pages < 10; ++pages) {
      const auto reply = call<v1::ListStockReply>("ListStock", request);
      for (const auto& item : reply.items()) text += item.sku() + " " + item.availability() + "\n";
      if (reply.next_page_token().empty()) break;
      request.set_page_token(reply.next_page_token());
    }
    return text;
  };
  v1::ListStockRequest request;
  request.set_page_size(3);
  request.set_query("list-");
  EXPECT_EQ(
      skus(request),
      "LIST-MUG-1 in_stock\nLIST-MUG-2 low_stock\nLIST-PAN-1 out_of_stock\nLIST-PAN-2 in_stock\n");
  request.set_availability("low_stock");
  EXPECT_EQ(skus(request), "LIST-MUG-2 low_stock\n");
  request.set_availability("out_of_stock");
  EXPECT_EQ(skus(request), "LIST-PAN-1 out_of_stock\n");
  request.set_query("list-%");
  EXPECT_EQ(skus(request), "");
  request.set_page_token("forged");
  EXPECT_EQ(code_of<v1::ListStockReply>("ListStock", request), "invalid_page_token");
  role = "customer";
  EXPECT_EQ(code_of<v1::ListStockReply>("ListStock", v1::ListStockRequest{}), "forbidden");
}

TEST_F(ModuleTest, StockIsForAdministrators) {
  role = "customer";
  v1::GetStockRequest get;
  get.set_sku("A");
  EXPECT_EQ(code_of<v1::Stock>("GetStock", get), "forbidden");
}

TEST_F(ModuleTest, ReservesClaimsAndReleases) {
  v1::ImportStockRequest import;
  for (const auto* sku : {"A", "B"}) {
    auto& line = *import.add_lines();
    line.set_sku(sku);
    line.set_quantity(3);
  }
  EXPECT_EQ(call<v1::ImportStockReply>("ImportStock", import).created(), 2);
  const auto order = new_order();
  EXPECT_TRUE(
      call<v1::ReserveReply>("Reserve", reservation(order, {{"A", 2}, {"B", 1}})).reserved());
  const auto refused =
      call<v1::ReserveReply>("Reserve", reservation(new_order(), {{"A", 2}, {"B", 1}}));
  EXPECT_FALSE(refused.reserved());
  EXPECT_EQ(refused.missing_skus(0), "A");
  v1::ClaimRequest claim;
  claim.set_order_id(order.str());
  call<common::v1::Nothing>("Claim", claim);
  EXPECT_EQ(stock("A").on_hand, 1);
  v1::ReleaseRequest release;
  release.set_order_id(order.str());
  EXPECT_EQ(code_of<common::v1::Nothing>("Release", release), "hold_claimed");
}

TEST_F(ModuleTest, RefusesLinesThatMakeNoSense) {
  const auto order = new_order();
  const auto code = [&](const std::vector<std::pair<std::string, int>>& lines) {
    return code_of<v1::ReserveReply>("Reserve", reservation(order, lines));
  };
  EXPECT_EQ(code({}), "lines");
  EXPECT_EQ(code({{"A", 0}}), "lines[0].quantity");
  EXPECT_EQ(code({{"A", 1}, {"A", 1}}), "lines[1].sku");
  EXPECT_EQ(code({{"not a sku", 1}}), "lines[0].sku");
}

TEST_F(ModuleTest, ConfirmedOrdersAreSoldOnceAndCancelledOnesPutBackOnce) {
  set("A", 10);
  const auto sold = new_order();
  const auto held = new_order();
  for (const auto order : {sold, held}) {
    call<v1::ReserveReply>("Reserve", reservation(order, {{"A", 2}}));
  }
  const auto confirmed = event_of<order::v1::OrderConfirmed>("order.confirmed", sold);
  EXPECT_EQ(deliver({confirmed, confirmed}), 2);
  EXPECT_EQ(deliver({confirmed}), 1);
  EXPECT_EQ(stock("A").on_hand, 8);
  const auto cancelled = event_of<order::v1::OrderCancelled>("order.cancelled", sold);
  const auto never_sold = event_of<order::v1::OrderCancelled>("order.cancelled", held);
  EXPECT_EQ(deliver({confirmed, cancelled, never_sold}), 3);
  EXPECT_EQ(deliver({never_sold, cancelled}), 2);
  EXPECT_EQ(stock("A").on_hand, 10);
  EXPECT_EQ(stock("A").reserved, 0);
  EXPECT_EQ(count("SELECT count(*) AS n FROM movements WHERE kind = 'return'"), 1);
}

TEST_F(ModuleTest, ManyOrdersOfOneDeliveryAreSoldTogether) {
  set("A", 1000);
  std::vector<common::v1::Event> events;
  for (int i = 0; i < 100; ++i) {
    const auto order = new_order();
    ask_now({.action = Action::reserve, .order = order, .lines = {{"A", 1}}});
    events.push_back(event_of<order::v1::OrderConfirmed>("order.confirmed", order));
  }
  EXPECT_EQ(deliver(events), 100);
  EXPECT_EQ(stock("A").on_hand, 900);
}

TEST_F(ModuleTest, SaleOfAnOrderThatHoldsNothingIsADeadLetterAndBlocksNobody) {
  set("A", 10);
  const auto order = new_order();
  call<v1::ReserveReply>("Reserve", reservation(order, {{"A", 1}}));
  const auto odd = event_of<order::v1::OrderConfirmed>("order.confirmed", new_order());
  EXPECT_EQ(deliver({odd, event_of<order::v1::OrderConfirmed>("order.confirmed", order)}), 1);
  EXPECT_EQ(stock("A").on_hand, 9);
  for (int i = 0; i < 4; ++i) deliver({odd});
  EXPECT_EQ(count("SELECT count(*) AS n FROM dead_letters"), 1);
}

}  // namespace
}  // namespace souk::inventory
