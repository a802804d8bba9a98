#include "harness.hpp"

#include <future>

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include "database/blocking.hpp"

namespace souk::messaging {
namespace {

using database::Query;
using database::Transaction;
using namespace std::chrono_literals;

constexpr EmbeddedFile kMigrations[] = {{"001_test.sql", R"(
-- +up
CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL DEFAULT souk_tenant(),
                     version int NOT NULL);
CREATE TABLE effects (seq bigserial PRIMARY KEY, tenant_id uuid NOT NULL DEFAULT souk_tenant(),
                      aggregate text NOT NULL, version int NOT NULL);
-- +down
DROP TABLE orders, effects;
)"}};

constexpr Query kNextVersion{"test.next_version", R"(
  INSERT INTO orders (id, version) VALUES ($1, 1)
  ON CONFLICT (id) DO UPDATE SET version = orders.version + 1 RETURNING version)"};
constexpr Query kVersions{"test.versions", "SELECT version FROM orders WHERE id = $1"};
constexpr Query kOutboxRows{"test.outbox_rows", "SELECT count(*) AS n FROM outbox"};
constexpr Query kEffect{"test.effect", "INSERT INTO effects (aggregate, version) VALUES ($1, $2)"};
constexpr Query kEffects{"test.effects",
                         "SELECT aggregate || ' ' || version AS effect FROM effects"
                         " WHERE aggregate LIKE $1 ORDER BY seq"};

/// Ends what a loop holds where it stands, which asio leaves to those who derive from a context.
struct Ending : boost::asio::execution_context {
  static void of(boost::asio::io_context& loop) { (loop.*&Ending::shutdown)(); }
};

}  // namespace

std::span<const EmbeddedFile> test_migrations() { return kMigrations; }

Publisher::Publisher(World& world, const testing::TestDatabase& where, bool with_relay)
    : database(world.loop.get_executor(), {.url = where.app_url(), .application_name = world.name}),
      world_(world),
      outbox_(world.ids, world.clock) {
  if (!with_relay) return;
  relay_.emplace(world.context("order-service"), database, outbox_);
  relay_->start();
}

Publisher::~Publisher() { world_.run(stop_relay()); }

Task<> Publisher::stop_relay() {
  if (relay_) co_await relay_->stop();
  relay_.reset();
}

Task<> Publisher::publish(OrderId order, TenantId tenant) {
  const auto call = world_.call(tenant);
  co_await database.transact(call.scope(),
                             [&](Transaction& tx) { return publish_in(tx, call, order); });
}

Task<> Publisher::publish_in(Transaction& tx, const rpc::Call& call, OrderId order) {
  const auto row = co_await tx.query_one(kNextVersion, order);
  order::v1::OrderCancelled event;
  event.mutable_order()->set_id(order.str());
  event.mutable_order()->set_number(std::to_string(row.get<std::int32_t>("version")));
  outbox_.publish(tx, call, order.str(), event);
}

void Publisher::publish_backlog(const std::vector<OrderId>& orders, int times) {
  constexpr std::size_t kCommit = 100;
  const auto call = world_.call();
  for (int time = 0; time < times; ++time) {
    for (std::size_t at = 0; at < orders.size(); at += kCommit) {
      const auto some =
          std::span{orders}.subspan(at, std::min<std::size_t>(kCommit, orders.size() - at));
      world_.run(database.transact(
          testing::scope(), [&](Transaction& tx) { return publish_all_in(tx, call, some); }));
    }
  }
}

Task<> Publisher::publish_all_in(Transaction& tx, const rpc::Call& call,
                                 std::span<const OrderId> orders) {
  for (const auto order : orders) co_await publish_in(tx, call, order);
}

int Publisher::versions(OrderId order) {
  return world_.run(database.query_one(testing::scope(), kVersions, order))
      .get<std::int32_t>("version");
}

std::int64_t Publisher::outbox_rows() {
  return world_.run(database.query_one(testing::scope(kEveryTenant), kOutboxRows))
      .get<std::int64_t>("n");
}

Subscriber::Subscriber(World& world, const testing::TestDatabase& where, std::string name)
    : database(world.loop.get_executor(), {.url = where.app_url()}),
      world_(world),
      name_(std::move(name)),
      consumer_(world.context(name_), database) {
  consumer_.on<order::v1::OrderCancelled>(
      [this](Transaction& tx, const EventInfo& info, const order::v1::OrderCancelled& event) {
        return apply(tx, info, event);
      });
  grpc::ServerBuilder builder;
  builder.RegisterService(&consumer_.service());
  server_ = builder.BuildAndStart();
  connect();
  consumer_.start();
}

Subscriber::~Subscriber() {
  if (!dead_) world_.run(consumer_.stop());
  // Of one that died the caller is cut off at once; its handler has to end all the same.
  const auto deadline = std::chrono::system_clock::now() + (dead_ ? 0s : 10s);
  auto shut = std::async(std::launch::async, [&] { server_->Shutdown(deadline); });
  while (shut.wait_for(50ms) != std::future_status::ready) {
    world_.loop.restart();
    world_.loop.poll();
  }
  // Its coroutines go before the database that they hold connections of.
  if (dead_) Ending::of(world_.loop);
}

void Subscriber::connect() { connect_to(world_); }

void Subscriber::connect_to(World& other) {
  other.channel(name_).connect(server_->InProcessChannel({}));
}

void Subscriber::disconnect() {
  world_.channel(name_).connect(
      grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials()));
}

Task<> Subscriber::apply(Transaction& tx, const EventInfo& info,
                         const order::v1::OrderCancelled& event) {
  before_effect(info);
  co_await tx.query(kEffect, info.aggregate_id, std::stoi(event.order().number()));
}

Task<common::v1::DeliverReply> Subscriber::deliver_task(common::v1::DeliverRequest request) {
  common::v1::DeliverReply reply;
  co_await world_.channel(name_).unary(world_.call(), "order-service",
                                       "/souk.common.v1.EventSink/Deliver", request, reply);
  co_return reply;
}

common::v1::DeliverReply Subscriber::deliver(const common::v1::DeliverRequest& request) {
  return world_.run(deliver_task(request));
}

common::v1::ListDeadLettersReply Subscriber::dead_letters() {
  common::v1::ListDeadLettersReply reply;
  world_.run(world_.channel(name_).unary(world_.call(), "cli",
                                         "/souk.common.v1.EventSink/ListDeadLetters",
                                         common::v1::ListDeadLettersRequest{}, reply));
  return reply;
}

common::v1::ReplayDeadLettersReply Subscriber::replay(const std::vector<std::string>& ids) {
  common::v1::ReplayDeadLettersRequest request;
  for (const auto& id : ids) request.add_ids(id);
  common::v1::ReplayDeadLettersReply reply;
  world_.run(world_.channel(name_).unary(
      world_.call(), "cli", "/souk.common.v1.EventSink/ReplayDeadLetters", request, reply));
  return reply;
}

common::v1::InspectDeadLettersReply Subscriber::inspect(
    const common::v1::InspectDeadLettersRequest& request, TenantId tenant) {
  common::v1::InspectDeadLettersReply reply;
  world_.run(world_.channel(name_).unary(administrator(tenant), "api-gateway",
                                         "/souk.common.v1.EventSink/InspectDeadLetters", request,
                                         reply));
  return reply;
}

common::v1::ReplayDeadLettersReply Subscriber::retry(const std::vector<std::string>& ids,
                                                     TenantId tenant) {
  common::v1::RetryDeadLettersRequest request;
  request.set_service(name_);
  for (const auto& id : ids) request.add_ids(id);
  common::v1::ReplayDeadLettersReply reply;
  world_.run(world_.channel(name_).unary(administrator(tenant), "api-gateway",
                                         "/souk.common.v1.EventSink/RetryDeadLetters", request,
                                         reply));
  return reply;
}

rpc::Call Subscriber::administrator(TenantId tenant) {
  auto call = world_.call();
  call.identity.user = UserId{Uuid{{1}}};
  call.identity.roles = {"admin"};
  call.identity.tenant = tenant;
  return call;
}

std::vector<std::string> Subscriber::effects(const std::string& order) {
  std::vector<std::string> list;
  for (const auto& row : world_.run(database.query(testing::scope(), kEffects, order))) {
    list.push_back(row.get<std::string>("effect"));
  }
  return list;
}

std::int64_t Subscriber::count(const std::string& table) {
  static const std::map<std::string, Query> kCounts{
      {"effects", {"test.count_effects", "SELECT count(*) AS n FROM effects"}},
      {"inbox",
       {"test.count_inbox", "SELECT count(*) AS n FROM inbox WHERE applied_at IS NOT NULL"}}};
  return world_.run(database.query_one(testing::scope(kEveryTenant), kCounts.at(table)))
      .get<std::int64_t>("n");
}

common::v1::Event make_event(World& world, const std::string& order, int version) {
  order::v1::OrderCancelled message;
  message.mutable_order()->set_id(order);
  message.mutable_order()->set_number(std::to_string(version));
  common::v1::Event event;
  event.set_id(world.ids.next().str());
  event.set_topic("order.cancelled");
  event.set_aggregate_id(order);
  event.set_tenant_id(kDefaultTenant.str());
  event.set_occurred_at_us(world.clock.now().time_since_epoch().count());
  event.set_payload(message.SerializeAsString());
  return event;
}

void MessagingTest::SetUpTestSuite() {
  orders = std::make_unique<testing::TestDatabase>(test_migrations());
  inventory = std::make_unique<testing::TestDatabase>(test_migrations());
  notification = std::make_unique<testing::TestDatabase>(test_migrations());
}

void MessagingTest::TearDownTestSuite() {
  orders.reset();
  inventory.reset();
  notification.reset();
}

bool MessagingTest::eventually(World& in, const std::function<bool()>& condition) {
  auto next = std::chrono::steady_clock::now();
  const auto now_and_then = [&] {
    if (std::chrono::steady_clock::now() < next) return false;
    const bool holds = condition();
    next = std::chrono::steady_clock::now() + 20ms;
    return holds;
  };
  return in.wait_until(now_and_then, 60s);
}

void MessagingTest::TearDown() {
  for (const auto* where : {orders.get(), inventory.get(), notification.get()}) {
    database::BlockingConnection{where->admin_url()}.run(
        "TRUNCATE outbox, inbox, dead_letters, orders, effects");
  }
}

}  // namespace souk::messaging
