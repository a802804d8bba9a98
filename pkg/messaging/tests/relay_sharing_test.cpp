#include <algorithm>
#include <map>
#include <memory>

#include "database/blocking.hpp"
#include "harness.hpp"

namespace souk::messaging {
namespace {

/// How replicas of a service divide the partitions of their outbox among themselves.
class RelaySharingTest : public MessagingTest {
 protected:
  /// How many partitions each relay holds, the fewest first; relays that hold none are not listed.
  static std::vector<int> shares() {
    database::BlockingConnection connection{orders->admin_url()};
    std::vector<int> counts;
    for (const auto& row : connection.run(
             "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND classid ="
             " x'6f757462'::int::oid AND database ="
             " (SELECT oid FROM pg_database WHERE datname = current_database())"
             " GROUP BY pid ORDER BY n")) {
      counts.push_back(row.template get<std::int32_t>("n"));
    }
    return counts;
  }

  bool become(const std::vector<int>& expected) {
    return world.wait_until([&] { return shares() == expected; });
  }
};

TEST_F(RelaySharingTest, ComingAndGoingTheyHoldEqualShares) {
  Publisher first{world, *orders};
  EXPECT_TRUE(become({16}));
  auto second = std::make_unique<Publisher>(world, *orders);
  EXPECT_TRUE(become({8, 8}));
  auto third = std::make_unique<Publisher>(world, *orders);
  EXPECT_TRUE(become({4, 6, 6}));
  world.run(second->stop_relay());
  EXPECT_TRUE(become({8, 8}));
  world.run(third->stop_relay());
  EXPECT_TRUE(become({16}));
}

TEST_F(RelaySharingTest, NothingIsLostOrDoubledOrOutOfOrderWhileTheyDivide) {
  Subscriber stock{world, *inventory, "inventory-service"};
  Subscriber mail{world, *notification, "notification-service"};
  Publisher first{world, *orders};
  ASSERT_TRUE(become({16}));
  std::vector<OrderId> ids(24);
  for (auto& id : ids) id = OrderId{world.ids.next()};
  int versions = 0;
  const auto publish = [&](int times) {
    for (int i = 0; i < times; ++i, ++versions) {
      for (const auto id : ids) world.run(first.publish(id));
    }
  };
  publish(3);
  Publisher second{world, *orders};
  while (shares() != std::vector{8, 8} && versions < 500) publish(1);
  EXPECT_EQ(shares(), (std::vector{8, 8}));
  publish(3);
  ASSERT_TRUE(world.wait_until([&] { return first.outbox_rows() == 0; }));
  for (const auto id : ids) {
    std::vector<std::string> expected;
    for (int version = 1; version <= versions; ++version)
      expected.push_back(id.str() + " " + std::to_string(version));
    EXPECT_EQ(stock.effects(id.str()), expected);
    EXPECT_EQ(mail.effects(id.str()), expected);
  }
}

}  // namespace
}  // namespace souk::messaging
