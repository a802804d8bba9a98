#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "database/blocking.hpp"
#include "harness.hpp"

namespace souk::messaging {
namespace {

using namespace std::chrono_literals;

class RelayTest : public MessagingTest {
 protected:
  OrderId new_order() { return OrderId{world.ids.next()}; }

  /// As the server does when the process is gone.
  static void end_sessions(const World& of) {
    database::BlockingConnection{orders->admin_url()}.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = $1",
        {of.name});
  }

  /// "1", "2", … of the order, each once and in that order.
  static void expect_versions(Subscriber& subscriber, OrderId order, int last) {
    std::vector<std::string> expected;
    for (int version = 1; version <= last; ++version) {
      expected.push_back(order.str() + " " + std::to_string(version));
    }
    EXPECT_EQ(subscriber.effects(order.str()), expected);
  }
};

TEST_F(RelayTest, DeliversToEverySubscriberInOrderAndForgets) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const std::vector<OrderId> ids{new_order(), new_order(), new_order()};
  for (int version = 1; version <= 20; ++version) {
    for (const auto id : ids) world.run(publisher.publish(id));
  }
  ASSERT_TRUE(world.wait_until([&] { return publisher.outbox_rows() == 0; }));
  for (const auto id : ids) {
    expect_versions(stock, id, 20);
    expect_versions(mail, id, 20);
  }
}

TEST_F(RelayTest, WhatIsRolledBackIsNotPublished) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const auto order = new_order();
  Outbox outbox{world.ids, world.clock};
  bool woken = false;
  outbox.on_published([&](const Publication&) { woken = true; });
  const auto call = world.call();
  const auto body = [](Outbox& box, database::Transaction& tx, const rpc::Call& from,
                       OrderId id) -> Task<> {
    box.publish(tx, from, id.str(), order::v1::OrderCancelled{});
    co_await tx.query(database::Query{"test.fail", "SELECT 1 / 0"});
  };
  EXPECT_THROW(
      world.run(publisher.database.transact(
          call.scope(), [&](database::Transaction& tx) { return body(outbox, tx, call, order); })),
      Error);
  EXPECT_FALSE(woken);
  EXPECT_EQ(publisher.outbox_rows(), 0);
}

TEST_F(RelayTest, OnlyEventsCanBePublished) {
  Publisher publisher{world, *orders, false};
  Outbox outbox{world.ids, world.clock};
  const auto call = world.call();
  const auto body = [](Outbox& box, database::Transaction& tx, const rpc::Call& from) -> Task<> {
    box.publish(tx, from, "1", common::v1::Event{});
    co_return;
  };
  EXPECT_THROW(
      world.run(publisher.database.transact(
          call.scope(), [&](database::Transaction& tx) { return body(outbox, tx, call); })),
      std::logic_error);
}

TEST_F(RelayTest, EventsKeepTheirTenant) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const TenantId other{world.ids.next()};
  const auto order = new_order();
  std::vector<TenantId> seen;
  stock.before_effect = [&](const EventInfo& info) { seen.push_back(info.tenant); };
  world.run(publisher.publish(order, other));
  world.run(publisher.publish(new_order()));
  ASSERT_TRUE(world.wait_until([&] { return publisher.outbox_rows() == 0; }));
  EXPECT_EQ(std::ranges::count(seen, other), 1);
  EXPECT_EQ(std::ranges::count(seen, kDefaultTenant), 1);
}

// Two replicas share an outbox; one of them goes and comes while events are made.
TEST_F(RelayTest, OrderPerAggregateHoldsWithSeveralRelays) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher first{world, *orders};
  auto second = std::make_unique<Publisher>(world, *orders);
  std::vector<OrderId> ids(10);
  for (auto& id : ids) id = new_order();
  const auto publish_all = [](Publisher& publisher, std::vector<OrderId> of, int times,
                              int& done) -> Task<> {
    for (int i = 0; i < times; ++i) {
      for (const auto id : of) co_await publisher.publish(id);
    }
    ++done;
  };
  int done = 0;
  boost::asio::co_spawn(world.loop, publish_all(first, ids, 20, done), boost::asio::detached);
  boost::asio::co_spawn(world.loop, publish_all(*second, ids, 10, done), boost::asio::detached);
  ASSERT_TRUE(world.wait_until([&] { return done >= 1; }));
  world.run(first.stop_relay());
  ASSERT_TRUE(world.wait_until([&] { return done == 2; }));
  ASSERT_TRUE(world.wait_until([&] { return second->outbox_rows() == 0; }));
  for (const auto id : ids) {
    expect_versions(stock, id, 30);
    expect_versions(mail, id, 30);
  }
}

// The other replica holds every partition: it hears of the event by NOTIFY, long before its next
// poll.
TEST_F(RelayTest, ReplicaThatDoesNotHoldThePartitionWakesTheOneThatDoes) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher holder{world, *orders};
  world.run(holder.publish(new_order()));
  ASSERT_TRUE(world.wait_until([&] { return holder.outbox_rows() == 0; }));
  Publisher other{world, *orders};
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) {
    world.run(other.publish(new_order()));
    ASSERT_TRUE(world.wait_until([&] { return other.outbox_rows() == 0; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);  // polls alone: 1 s each
}

TEST_F(RelayTest, SubscriberThatIsAwayGetsItsEventsLaterAndNobodyElseWaits) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  mail.disconnect();
  Publisher publisher{world, *orders};
  const auto order = new_order();
  for (int i = 0; i < 30; ++i) world.run(publisher.publish(order));
  ASSERT_TRUE(world.wait_until([&] { return stock.count("effects") == 30; }));
  EXPECT_EQ(mail.count("effects"), 0);
  ASSERT_TRUE(world.wait_until([&] { return publisher.outbox_rows() == 30; }));
  mail.connect();
  ASSERT_TRUE(world.wait_until([&] { return publisher.outbox_rows() == 0; }));
  expect_versions(stock, order, 30);
  expect_versions(mail, order, 30);
}

TEST_F(RelayTest, EventThatIsNotAcceptedHoldsBackItsAggregateOnly) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const auto stuck = new_order();
  const auto fine = new_order();
  bool ill = true;
  stock.before_effect = [&](const EventInfo& info) {
    if (ill && info.aggregate_id == stuck.str()) throw unavailable("a dependency is down");
  };
  for (int i = 0; i < 10; ++i) {
    world.run(publisher.publish(stuck));
    world.run(publisher.publish(fine));
  }
  ASSERT_TRUE(world.wait_until([&] { return stock.effects(fine.str()).size() == 10; }));
  EXPECT_TRUE(stock.effects(stuck.str()).empty());
  EXPECT_TRUE(stock.dead_letters().items().empty());
  ill = false;
  ASSERT_TRUE(world.wait_until([&] { return publisher.outbox_rows() == 0; }));
  expect_versions(stock, stuck, 10);
  expect_versions(stock, fine, 10);
}

TEST_F(RelayTest, LosingItsSessionsCostsARelayNothing) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const auto order = new_order();
  for (int i = 0; i < 40; ++i) {
    try {
      world.run(publisher.publish(order));
    } catch (const Error& error) {  // it lost its connection too; published or not
      EXPECT_EQ(error.kind, Kind::unavailable);
    }
    if (i % 10 == 5) end_sessions(world);
  }
  ASSERT_TRUE(world.wait_until([&] { return publisher.outbox_rows() == 0; }));
  const auto last = publisher.versions(order);
  EXPECT_GT(last, 20);
  expect_versions(stock, order, last);
  expect_versions(mail, order, last);
}

// A process that dies between a delivery and its delete: it stands still right after the effect,
// its connections end, and another one takes over. Later it even comes back.
TEST_F(RelayTest, RelayKilledBetweenDeliveryAndDeleteCausesNoSecondEffect) {
  World dying{.name = "dying"};
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  stock.connect_to(dying);
  mail.connect_to(dying);
  Publisher killed{dying, *orders};
  const auto order = new_order();
  for (int i = 0; i < 5; ++i) dying.run(killed.publish(order));
  const auto both_done = [&] { return stock.count("effects") == 5 && mail.count("effects") == 5; };
  ASSERT_TRUE(dying.wait_until(both_done));

  Publisher heir{world, *orders};
  ASSERT_GT(heir.outbox_rows(), 0);  // nothing was deleted yet: it died in time
  end_sessions(dying);
  world.run(heir.publish(order));
  ASSERT_TRUE(world.wait_until([&] { return heir.outbox_rows() == 0; }));
  expect_versions(stock, order, 6);
  expect_versions(mail, order, 6);

  dying.run(killed.publish(order));
  bool stopped = false;
  boost::asio::co_spawn(dying.loop, killed.stop_relay(),
                        [&](std::exception_ptr) { stopped = true; });
  ASSERT_TRUE(dying.wait_until([&] { return heir.outbox_rows() == 0 && stopped; }));
  expect_versions(stock, order, 7);
  expect_versions(mail, order, 7);
}

}  // namespace
}  // namespace souk::messaging
