#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <prometheus/counter.h>

#include "database/blocking.hpp"
#include "harness.hpp"
#include "messaging/bus.hpp"
#include "messaging/subscription.hpp"
#include "test_bus.hpp"

// What a broker adds, and what can be wrong with it.
namespace souk::messaging {
namespace {

using namespace std::chrono_literals;

class BrokerTest : public MessagingTest, public ::testing::WithParamInterface<const char*> {
 protected:
  BrokerTest() { world.settings = broker->settings(); }

  void expect_versions(Subscriber& subscriber, OrderId order, int last) {
    std::vector<std::string> expected;
    for (int version = 1; version <= last; ++version) {
      expected.push_back(order.str() + " " + std::to_string(version));
    }
    EXPECT_EQ(subscriber.effects(order.str()), expected);
  }

  /// Of the events for inventory-service.
  double counted(const std::string& what) {
    return world.metrics
        .counter("souk_bus_" + what + "_total", "",
                 {{"service", "order-service"}, {"subscriber", "inventory-service"}})
        .Value();
  }

  common::v1::DeliverRequest request_of(std::initializer_list<common::v1::Event> events) {
    common::v1::DeliverRequest request;
    for (const auto& event : events) *request.add_events() = event;
    return request;
  }

  std::unique_ptr<TestBroker> broker = make_broker(GetParam());
};

TEST_P(BrokerTest, BrokerKilledMidStreamLosesNothing) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  std::vector<OrderId> ids(20);
  for (auto& id : ids) id = OrderId{world.ids.next()};
  const auto all = [](Publisher& by, std::vector<OrderId> of) -> Task<> {
    for (int i = 0; i < 20; ++i) {
      for (const auto id : of) co_await by.publish(id);
    }
  };
  boost::asio::co_spawn(world.loop, all(publisher, ids), boost::asio::detached);
  ASSERT_TRUE(eventually([&] { return stock.count("effects") > 100; }));
  // What is on its way when it goes was sent and never confirmed.
  broker->freeze();
  publisher.publish_backlog(ids, 5);
  world.wait_until([] { return false; }, 1s);
  broker->down();
  // The shop does not notice: commits go on, their events wait in the outbox.
  publisher.publish_backlog(ids, 5);
  EXPECT_GT(publisher.outbox_rows(), 0);
  ASSERT_TRUE(eventually([&] { return counted("published") > counted("confirmed"); }));
  auto up = std::async(std::launch::async, [&] { broker->up(); });
  ASSERT_TRUE(eventually([&] { return up.wait_for(0s) == std::future_status::ready; }));
  up.get();
  ASSERT_TRUE(
      eventually([&] { return stock.count("effects") >= 600 && mail.count("effects") >= 600; }));
  ASSERT_TRUE(eventually([&] { return publisher.outbox_rows() == 0; }));
  for (const auto id : ids) {
    expect_versions(stock, id, 30);
    expect_versions(mail, id, 30);
  }
}

TEST_P(BrokerTest, WhatFindsNoQueueIsNotAccepted) {
  broker->cut_way("inventory-service");
  auto bus = make_bus(world.context("order-service"));
  const auto request =
      request_of({make_event(world, "a", 1), make_event(world, "b", 1), make_event(world, "a", 2)});
  // Once it is connected, what the broker says is that nobody is there.
  const auto refusal = [&]() -> std::string {
    try {
      world.run(bus->deliver("inventory-service", request));
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, Kind::unavailable);
      return error.detail;
    }
    return "accepted";
  };
  std::string last;
  ASSERT_TRUE(eventually([&] { return (last = refusal()) != "no connection"; }));
  EXPECT_NE(last, "accepted");
  broker->lay_way("inventory-service");
  Subscriber stock{world, *inventory, "inventory-service"};
  const auto accepted = [&] {
    try {
      const auto reply = world.run(bus->deliver("inventory-service", request));
      return std::ranges::all_of(reply.outcomes(), [](const auto& o) { return o.accepted(); });
    } catch (const Error&) {
      return false;
    }
  };
  ASSERT_TRUE(eventually(accepted));
  ASSERT_TRUE(eventually([&] { return stock.count("effects") >= 3; }));
  EXPECT_EQ(stock.effects("a"), (std::vector<std::string>{"a 1", "a 2"}));
  world.run(bus->stop());
}

TEST_P(BrokerTest, WhatIsNoEventEndsInTheDeadLettersAndBlocksNobody) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const OrderId order{world.ids.next()};
  world.run(publisher.publish(order));
  ASSERT_TRUE(eventually([&] { return stock.count("effects") == 1; }));
  broker->send_garbage("inventory-service", "no event at all");
  for (int i = 0; i < 10; ++i) world.run(publisher.publish(order));
  ASSERT_TRUE(eventually([&] { return stock.count("effects") == 11; }));
  auto letter = std::async(std::launch::async, [&] { return broker->take_dead_letter(); });
  ASSERT_TRUE(eventually([&] { return letter.wait_for(0s) == std::future_status::ready; }));
  EXPECT_EQ(letter.get(), "no event at all");
  expect_versions(stock, order, 11);
}

// As the gateway's pages are dropped: by each replica, for each event.
TEST_P(BrokerTest, EveryReplicaHearsWhatEveryReplicaHasToForget) {
  std::set<std::string> heard[2];
  std::vector<std::unique_ptr<Subscription>> replicas;
  for (auto& mine : heard) {
    const auto sink =
        [&mine](const common::v1::DeliverRequest& request) -> Task<common::v1::DeliverReply> {
      common::v1::DeliverReply reply;
      for (const auto& event : request.events()) {
        mine.insert(event.id());
        reply.add_outcomes()->set_accepted(true);
      }
      co_return reply;
    };
    replicas.push_back(std::make_unique<Subscription>(world.context("api-gateway"),
                                                      Audience::every_replica, sink));
    replicas.back()->start();
  }
  auto bus = make_bus(world.context("product-service"));
  // What came before a replica listened is none of its business; so: until both have heard of one.
  const auto both_hear = [&] {
    const auto event = make_event(world, "a", 1);
    try {
      world.run(bus->deliver("api-gateway", request_of({event})));
    } catch (const Error&) {
      return false;
    }
    return world.wait_until(
        [&] { return heard[0].contains(event.id()) && heard[1].contains(event.id()); }, 1s);
  };
  EXPECT_TRUE(eventually(both_hear));
  EXPECT_TRUE(both_hear());
  for (auto& replica : replicas) world.run(replica->stop());
  world.run(bus->stop());
}

TEST_P(BrokerTest, EndsWhileTheBrokerIsAway) {
  auto stock = std::make_unique<Subscriber>(world, *inventory, "inventory-service");
  Publisher publisher{world, *orders};
  const OrderId order{world.ids.next()};
  world.run(publisher.publish(order));
  ASSERT_TRUE(eventually([&] { return stock->count("effects") == 1; }));
  broker->down();
  world.run(publisher.publish(order));
  world.run(publisher.stop_relay());
  stock.reset();
  EXPECT_GT(publisher.outbox_rows(), 0);
  broker->up();
}

INSTANTIATE_TEST_SUITE_P(Each, BrokerTest, ::testing::Values("rabbitmq", "kafka"),
                         [](const auto& broker) { return std::string{broker.param}; });

}  // namespace
}  // namespace souk::messaging
