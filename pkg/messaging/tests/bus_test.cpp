#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <prometheus/gauge.h>

#include "database/blocking.hpp"
#include "harness.hpp"
#include "messaging/detail/broker.hpp"
#include "test_bus.hpp"

// What holds whichever bus carries the events.
namespace souk::messaging {
namespace {

using namespace std::chrono_literals;

class BusTest : public MessagingTest, public ::testing::WithParamInterface<const char*> {
 protected:
  BusTest() { world.settings = bus->settings(); }

  std::vector<OrderId> new_orders(std::size_t count) {
    std::vector<OrderId> ids(count);
    for (auto& id : ids) id = OrderId{world.ids.next()};
    return ids;
  }

  /// `times` versions of each order, in the background.
  void publish(Publisher& publisher, const std::vector<OrderId>& ids, int times, int& done) {
    const auto all = [](Publisher& by, std::vector<OrderId> of, int count, int& end) -> Task<> {
      for (int i = 0; i < count; ++i) {
        for (const auto id : of) co_await by.publish(id);
      }
      ++end;
    };
    boost::asio::co_spawn(world.loop, all(publisher, ids, times, done), boost::asio::detached);
  }

  static std::int64_t effects_in(database::BlockingConnection& where) {
    return where.run("SELECT count(*) FROM effects").front().get<std::int64_t>(0);
  }

  bool wait_for_effects(database::BlockingConnection& where, std::int64_t count) {
    return eventually([&] { return effects_in(where) >= count; });
  }

  /// "1", "2", … of each order, each once and in that order.
  static void expect_versions(Subscriber& subscriber, const std::vector<OrderId>& ids, int last) {
    for (const auto order : ids) {
      std::vector<std::string> expected;
      for (int version = 1; version <= last; ++version) {
        expected.push_back(order.str() + " " + std::to_string(version));
      }
      EXPECT_EQ(subscriber.effects(order.str()), expected);
    }
  }

  std::unique_ptr<TestBus> bus = make_test_bus(GetParam());
  database::BlockingConnection in_stock{inventory->admin_url()};
  database::BlockingConnection in_mail{notification->admin_url()};
};

TEST_P(BusTest, DeliversToEverySubscriberOnceAndInOrder) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const auto ids = new_orders(10);
  publisher.publish_backlog(ids, 20);
  ASSERT_TRUE(wait_for_effects(in_stock, 200));
  ASSERT_TRUE(wait_for_effects(in_mail, 200));
  ASSERT_TRUE(eventually([&] { return publisher.outbox_rows() == 0; }));
  expect_versions(stock, ids, 20);
  expect_versions(mail, ids, 20);
}

// Two replicas of the publisher and two of the subscriber; one of each goes while events are made,
// and another subscriber comes.
TEST_P(BusTest, OrderPerAggregateHoldsWhileReplicasComeAndGo) {
  auto stock = std::make_unique<Subscriber>(world, *inventory, "inventory-service");
  Subscriber mail{world, *notification, "notification-service"};
  Subscriber other{world, *inventory, "inventory-service"};
  Publisher first{world, *orders};
  Publisher second{world, *orders};
  const auto ids = new_orders(10);
  int done = 0;
  publish(first, ids, 30, done);
  publish(second, ids, 15, done);
  ASSERT_TRUE(wait_for_effects(in_stock, 50));
  stock.reset();
  ASSERT_TRUE(world.wait_until([&] { return done >= 1; }));
  world.run(first.stop_relay());
  stock = std::make_unique<Subscriber>(world, *inventory, "inventory-service");
  ASSERT_TRUE(eventually([&] { return done == 2; }));
  ASSERT_TRUE(wait_for_effects(in_stock, 450));
  ASSERT_TRUE(wait_for_effects(in_mail, 450));
  expect_versions(other, ids, 45);
  expect_versions(mail, ids, 45);
}

TEST_P(BusTest, SubscriberThatIsAwayGetsItsEventsLaterAndNobodyElseWaits) {
  Subscriber stock{world, *inventory, "inventory-service"};
  auto mail = std::make_unique<Subscriber>(world, *notification, "notification-service");
  Publisher publisher{world, *orders};
  const auto ids = new_orders(3);
  publisher.publish_backlog(ids, 5);
  ASSERT_TRUE(wait_for_effects(in_mail, 15));
  mail->disconnect();
  mail.reset();
  publisher.publish_backlog(ids, 10);
  ASSERT_TRUE(wait_for_effects(in_stock, 45));
  EXPECT_EQ(effects_in(in_mail), 15);
  mail = std::make_unique<Subscriber>(world, *notification, "notification-service");
  ASSERT_TRUE(wait_for_effects(in_mail, 45));
  expect_versions(stock, ids, 15);
  expect_versions(*mail, ids, 15);
}

TEST_P(BusTest, PoisonParksItsAggregateOnly) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const auto ids = new_orders(5);
  const auto ill = ids.front().str();
  int attempts = 0;
  bool broken = true;
  stock.before_effect = [&](const EventInfo& info) {
    if (!broken || info.aggregate_id != ill) return;
    ++attempts;
    throw std::runtime_error{"cannot be done"};
  };
  publisher.publish_backlog(ids, 4);
  ASSERT_TRUE(eventually([&] { return stock.dead_letters().items_size() == 4; }));
  EXPECT_GE(attempts, 5);
  ASSERT_TRUE(wait_for_effects(in_stock, 16));
  expect_versions(stock, {ids.begin() + 1, ids.end()}, 4);
  EXPECT_TRUE(stock.effects(ill).empty());
  broken = false;
  EXPECT_EQ(stock.replay().replayed(), 4);
  publisher.publish_backlog(ids, 1);
  ASSERT_TRUE(wait_for_effects(in_stock, 25));
  expect_versions(stock, ids, 5);
}

TEST_P(BusTest, WhatFailsBecauseSomethingIsDownIsTriedUntilItIsUp) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const auto ids = new_orders(5);
  int refusals = 0;
  bool down = true;
  stock.before_effect = [&](const EventInfo&) {
    if (!down) return;
    ++refusals;
    throw unavailable("a dependency is down");
  };
  publisher.publish_backlog(ids, 6);
  ASSERT_TRUE(eventually([&] { return refusals > 40; }));
  EXPECT_EQ(stock.count("effects"), 0);
  down = false;
  ASSERT_TRUE(wait_for_effects(in_stock, 30));
  EXPECT_EQ(stock.dead_letters().items_size(), 0);
  expect_versions(stock, ids, 6);
}

// A process that dies between its effects and what it would have said to the bus: it stands still
// right after the commit, and its connections end.
TEST_P(BusTest, ConsumerKilledBetweenEffectAndAcknowledgementCausesNoSecondEffect) {
  World dying{.name = "dying"};
  dying.settings = bus->settings();
  auto killed = std::make_unique<Subscriber>(dying, *inventory, "inventory-service");
  killed->connect_to(world);
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  const auto ids = new_orders(5);
  publisher.publish_backlog(ids, 1);
  const auto committed = [&] {
    world.loop.restart();
    world.loop.poll();                  // the publisher goes on meanwhile
    std::this_thread::sleep_for(20ms);  // a commit is seen before its client hears of it
    return effects_in(in_stock) == 5;
  };
  ASSERT_TRUE(dying.wait_until(committed, 60s));
  killed->die();
  killed.reset();

  Subscriber heir{world, *inventory, "inventory-service"};
  publisher.publish_backlog(ids, 2);
  ASSERT_TRUE(wait_for_effects(in_stock, 15));
  ASSERT_TRUE(eventually([&] { return publisher.outbox_rows() == 0; }));
  expect_versions(heir, ids, 3);
}

// The same before its effects: what it had taken, it takes along; but nobody may believe it done.
TEST_P(BusTest, ConsumerKilledBeforeItsEffectsLosesNothing) {
  World dying{.name = "dying"};
  dying.settings = bus->settings();
  auto killed = std::make_unique<Subscriber>(dying, *inventory, "inventory-service");
  killed->connect_to(world);
  const auto ids = new_orders(20);
  std::map<std::string, int> refusals;
  const std::set<OrderId> well{ids.begin(), ids.begin() + 10};
  killed->before_effect = [&](const EventInfo& info) {
    if (well.contains(OrderId{*Uuid::parse(info.aggregate_id)})) return;
    ++refusals[info.aggregate_id];
    throw unavailable("a dependency is down");
  };
  Subscriber mail{world, *notification, "notification-service"};
  Publisher publisher{world, *orders};
  publisher.publish_backlog(ids, 3);
  // Six times refused is about two seconds: long enough for what it might tell the broker by itself.
  const auto stuck = [&] {
    world.loop.restart();
    world.loop.poll();
    return refusals.size() == 10 &&
           std::ranges::all_of(refusals, [](const auto& entry) { return entry.second >= 6; }) &&
           effects_in(in_stock) == 30;
  };
  ASSERT_TRUE(dying.wait_until(stuck, 60s));
  killed->die();
  killed.reset();

  Subscriber heir{world, *inventory, "inventory-service"};
  ASSERT_TRUE(wait_for_effects(in_stock, 60));
  ASSERT_TRUE(eventually([&] { return publisher.outbox_rows() == 0; }));
  expect_versions(heir, ids, 3);
}

// Twenty thousand events wait for a subscriber that is away, in the outbox or at the broker. Once it
// is back it holds a window of them at a time.
TEST_P(BusTest, BacklogIsDrainedThroughABoundedWindow) {
  constexpr std::int64_t kOrders = 400;
  constexpr int kTimes = 50;
  std::make_unique<Subscriber>(world, *inventory, "inventory-service")->disconnect();
  const auto ids = new_orders(kOrders);
  Publisher writer{world, *orders, false};
  writer.publish_backlog(ids, kTimes);
  database::BlockingConnection{orders->admin_url()}.run(
      "DELETE FROM outbox WHERE subscriber <> 'inventory-service'");
  Publisher publisher{world, *orders};
  if (GetParam() != std::string{"direct"}) {
    ASSERT_TRUE(eventually([&] { return publisher.outbox_rows() == 0; }));
  }
  Subscriber stock{world, *inventory, "inventory-service"};
  double most = 0;
  const auto drained = [&] {
    const auto& unacked =
        world.metrics.gauge("souk_bus_unacked", "", {{"service", "inventory-service"}});
    most = std::max(most, unacked.Value());
    return effects_in(in_stock) >= kOrders * kTimes;
  };
  ASSERT_TRUE(eventually(drained));
  EXPECT_LE(most, static_cast<double>(detail::kWindow));
  expect_versions(stock, {ids.begin(), ids.begin() + 20}, kTimes);
  EXPECT_EQ(effects_in(in_stock), kOrders * kTimes);
}

INSTANTIATE_TEST_SUITE_P(Every, BusTest, ::testing::Values("direct", "rabbitmq", "kafka"),
                         [](const auto& bus) { return std::string{bus.param}; });

}  // namespace
}  // namespace souk::messaging
