#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "messaging/consumer.hpp"
#include "messaging/outbox.hpp"
#include "messaging/relay.hpp"
#include "order/events.pb.h"
#include "testing/test_database.hpp"
#include "testing/world.hpp"

namespace souk::messaging {

/// Tables of the two ends: what is published about, and what the events did, in the order they did
/// it.
std::span<const EmbeddedFile> test_migrations();

using testing::World;

/// One replica of a service that publishes: counts an order's version up and tells of it.
class Publisher {
 public:
  Publisher(World& world, const testing::TestDatabase& where, bool with_relay = true);
  ~Publisher();

  /// The order's next version (it stands in the event as the number).
  Task<> publish(OrderId order, TenantId tenant = kDefaultTenant);
  /// `times` versions of each order, in commits of a hundred.
  void publish_backlog(const std::vector<OrderId>& orders, int times);
  /// How many versions the order has.
  int versions(OrderId order);
  std::int64_t outbox_rows();
  Task<> stop_relay();

  database::Database database;

 private:
  Task<> publish_in(database::Transaction& tx, const rpc::Call& call, OrderId order);
  Task<> publish_all_in(database::Transaction& tx, const rpc::Call& call,
                        std::span<const OrderId> orders);

  World& world_;
  Outbox outbox_;
  std::optional<Relay> relay_;
};

/// One replica of a service that receives: writes each event into the table effects. Takes what a
/// broker has for it, where the world's settings name one.
class Subscriber {
 public:
  Subscriber(World& world, const testing::TestDatabase& where, std::string name);
  /// Stops in order.
  ~Subscriber();
  /// The way a process dies: to be followed by the end of the object, without its loop running.
  void die() { dead_ = true; }

  /// The way to it, and the same way cut.
  void connect();
  void connect_to(World& other);
  void disconnect();

  common::v1::DeliverReply deliver(const common::v1::DeliverRequest& request);
  Task<common::v1::DeliverReply> deliver_task(common::v1::DeliverRequest request);
  common::v1::ListDeadLettersReply dead_letters();
  /// As an administrator asks. Throws what is thrown.
  common::v1::InspectDeadLettersReply inspect(const common::v1::InspectDeadLettersRequest& request,
                                              TenantId tenant = kDefaultTenant);
  common::v1::ReplayDeadLettersReply retry(const std::vector<std::string>& ids,
                                           TenantId tenant = kDefaultTenant);
  common::v1::ReplayDeadLettersReply replay(const std::vector<std::string>& ids = {});

  /// "aggregate version" in the order of the effects.
  std::vector<std::string> effects(const std::string& order = "%");
  std::int64_t count(const std::string& table);

  /// Throws or not; called before each effect.
  std::function<void(const EventInfo&)> before_effect = [](const EventInfo&) {};

  database::Database database;

 private:
  rpc::Call administrator(TenantId tenant);
  Task<> apply(database::Transaction& tx, const EventInfo& info,
               const order::v1::OrderCancelled& event);

  World& world_;
  std::string name_;
  Consumer consumer_;
  std::unique_ptr<grpc::Server> server_;
  bool dead_ = false;
};

/// An event as a relay would send it.
common::v1::Event make_event(World& world, const std::string& order, int version);

class MessagingTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void TearDown() override;

  /// Runs the loop until `condition`; false after a minute: a broker takes seconds to start and its
  /// groups seconds to form, and the machine may be busy. Asks now and then only, so that the asking
  /// is not what keeps the loop busy.
  bool eventually(const std::function<bool()>& condition) { return eventually(world, condition); }
  static bool eventually(World& in, const std::function<bool()>& condition);

  static inline std::unique_ptr<testing::TestDatabase> orders, inventory, notification;
  World world;
};

}  // namespace souk::messaging
