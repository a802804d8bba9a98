#include <algorithm>
#include <random>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "database/blocking.hpp"
#include "harness.hpp"
#include "inventory/events.pb.h"
#include "messaging/detail/payload_json.hpp"
#include "messaging/housekeeping.hpp"
#include "user/events.pb.h"

namespace souk::messaging {
namespace {

using namespace std::chrono_literals;

class ConsumerTest : public MessagingTest {
 protected:
  ConsumerTest() { stock.emplace(world, *inventory, "inventory-service"); }

  common::v1::DeliverReply deliver(const std::vector<common::v1::Event>& events) {
    return stock->deliver(request_of(events));
  }

  static common::v1::DeliverRequest request_of(const std::vector<common::v1::Event>& events) {
    common::v1::DeliverRequest request;
    for (const auto& event : events) *request.add_events() = event;
    return request;
  }

  static int accepted(const common::v1::DeliverReply& reply) {
    return static_cast<int>(std::ranges::count_if(
        reply.outcomes(), [](const auto& outcome) { return outcome.accepted(); }));
  }

  /// Delivers until it is accepted, as a relay would; says how often it took.
  int deliver_until_accepted(const common::v1::Event& event) {
    for (int times = 1;; ++times) {
      if (accepted(deliver({event})) == 1) return times;
    }
  }

  std::optional<Subscriber> stock;
};

TEST_F(ConsumerTest, EventsDeliveredTwiceAndShuffledAndAtOnceHaveOneEffectEach) {
  std::vector<common::v1::Event> events;
  for (int i = 0; i < 50; ++i) events.push_back(make_event(world, world.ids.next().str(), i));
  auto twice = events;
  twice.insert(twice.end(), events.begin(), events.end());
  std::mt19937 random{7};
  const auto one = [](Subscriber& to, common::v1::DeliverRequest request, int& all,
                      int& done) -> Task<> {
    all += accepted(co_await to.deliver_task(std::move(request)));
    ++done;
  };
  int all = 0;
  int done = 0;
  constexpr int kDeliveries = 8;
  for (int i = 0; i < kDeliveries; ++i) {
    std::ranges::shuffle(twice, random);
    boost::asio::co_spawn(world.loop, one(*stock, request_of(twice), all, done),
                          boost::asio::detached);
  }
  ASSERT_TRUE(world.wait_until([&] { return done == kDeliveries; }));
  EXPECT_EQ(all, kDeliveries * 100);
  auto effects = stock->effects();
  EXPECT_EQ(effects.size(), 50U);
  std::ranges::sort(effects);
  EXPECT_EQ(std::ranges::adjacent_find(effects), effects.end());
}

TEST_F(ConsumerTest, PoisonGoesToTheDeadLettersAndParksItsAggregateOnly) {
  const auto poison = make_event(world, "ill", 1);
  bool broken = true;
  stock->before_effect = [&](const EventInfo& info) {
    if (broken && info.id.str() == poison.id()) throw std::runtime_error{"cannot be done"};
  };
  const auto reply = deliver({make_event(world, "well", 1), poison, make_event(world, "ill", 2),
                              make_event(world, "well", 2)});
  EXPECT_TRUE(reply.outcomes(0).accepted());
  EXPECT_FALSE(reply.outcomes(1).accepted());
  EXPECT_EQ(reply.outcomes(1).reason(), "cannot be done");
  EXPECT_FALSE(reply.outcomes(2).accepted());  // not before the first
  EXPECT_TRUE(reply.outcomes(3).accepted());

  EXPECT_EQ(deliver_until_accepted(poison), 4);  // five attempts in all
  const auto later = make_event(world, "ill", 2);
  EXPECT_EQ(accepted(deliver({later, make_event(world, "well", 3)})), 2);
  EXPECT_EQ(accepted(deliver({later, poison})), 2);  // known by now
  EXPECT_EQ(stock->effects(), (std::vector<std::string>{"well 1", "well 2", "well 3"}));

  const auto letters = stock->dead_letters();
  ASSERT_EQ(letters.items_size(), 2);
  EXPECT_EQ(letters.items(0).id(), poison.id());
  EXPECT_EQ(letters.items(0).reason(), "cannot be done");
  EXPECT_EQ(letters.items(0).attempts(), 5);
  EXPECT_EQ(letters.items(1).id(), later.id());

  // Replayed too early it stays; then it goes through, in order, and its aggregate flows again.
  auto replayed = stock->replay();
  EXPECT_EQ(replayed.failed(), 1);
  EXPECT_EQ(replayed.replayed(), 0);
  EXPECT_EQ(stock->dead_letters().items(0).attempts(), 6);
  broken = false;
  replayed = stock->replay({poison.id()});
  EXPECT_EQ(replayed.failed(), 0);
  EXPECT_EQ(replayed.replayed(), 2);
  EXPECT_EQ(stock->dead_letters().items_size(), 0);
  EXPECT_EQ(accepted(deliver({poison, make_event(world, "ill", 3)})), 2);
  EXPECT_EQ(stock->effects("ill"), (std::vector<std::string>{"ill 1", "ill 2", "ill 3"}));
}

TEST_F(ConsumerTest, WhatCannotBeReadIsKeptAndBlocksNobody) {
  auto payload = make_event(world, "a", 1);
  payload.set_payload("\xff\xff\xff");
  auto topic = make_event(world, "b", 1);
  topic.set_topic("nobody.knows");
  auto no_id = make_event(world, "c", 1);
  no_id.set_id("42");
  auto no_tenant = make_event(world, "d", 1);
  no_tenant.set_tenant_id("");
  auto every_tenant = make_event(world, "e", 1);
  every_tenant.set_tenant_id(kEveryTenant.str());
  const std::vector<common::v1::Event> bad{payload, topic, no_id, no_tenant, every_tenant};
  for (const auto& event : bad) {
    EXPECT_EQ(
        accepted(deliver({make_event(world, "well", 1), event, make_event(world, "well", 2)})), 3);
    EXPECT_EQ(accepted(deliver({event})), 1);  // again: kept once
  }
  EXPECT_EQ(stock->effects().size(), 2 * bad.size());
  EXPECT_EQ(stock->dead_letters().items_size(), static_cast<int>(bad.size()));
  EXPECT_EQ(stock->replay().failed(), static_cast<int>(bad.size()));
  EXPECT_EQ(stock->dead_letters().items_size(), static_cast<int>(bad.size()));
}

TEST_F(ConsumerTest, AdministratorsInspectAndRetryTheirOwnDeadLetters) {
  bool broken = true;
  stock->before_effect = [&](const EventInfo&) {
    if (broken) throw std::runtime_error{"cannot be done"};
  };
  const auto first = make_event(world, "ill", 1);
  deliver_until_accepted(first);
  const auto second = make_event(world, "ill", 2);
  EXPECT_EQ(accepted(deliver({second})), 1);
  auto unknown = make_event(world, "odd", 1);
  unknown.set_topic("nobody.knows");
  EXPECT_EQ(accepted(deliver({unknown})), 1);

  common::v1::InspectDeadLettersRequest request;
  request.set_service("inventory-service");
  request.set_page_size(2);
  const auto page = stock->inspect(request);
  ASSERT_EQ(page.items_size(), 2);
  EXPECT_EQ(page.items(0).id(), first.id());
  EXPECT_EQ(page.items(0).attempts(), 5);
  EXPECT_EQ(page.items(0).reason(), "cannot be done");
  EXPECT_TRUE(page.items(0).payload().contains(R"("number":"1")")) << page.items(0).payload();
  EXPECT_EQ(page.items(1).attempts(), 0) << "it waits behind the first";
  request.set_page_token(page.next_page_token());
  const auto rest = stock->inspect(request);
  ASSERT_EQ(rest.items_size(), 1);
  EXPECT_EQ(rest.items(0).topic(), "nobody.knows");
  EXPECT_EQ(rest.items(0).payload(), "") << "nobody knows what it says";
  EXPECT_EQ(rest.next_page_token(), "");
  request.set_topic("nobody.knows");
  EXPECT_THROW(stock->inspect(request), Error) << "a token of another list";
  request.clear_page_token();
  EXPECT_EQ(stock->inspect(request).items_size(), 1);
  request.set_topic("order.x");
  EXPECT_EQ(stock->inspect(request).items_size(), 0);

  const auto elsewhere = TenantId::from("00000000-0000-7000-8000-0000000000ff");
  request.clear_topic();
  EXPECT_EQ(stock->inspect(request, elsewhere).items_size(), 0);
  broken = false;
  EXPECT_EQ(stock->retry({first.id()}, elsewhere).replayed(), 0);
  EXPECT_EQ(stock->retry({first.id()}).replayed(), 2);
  EXPECT_EQ(stock->dead_letters().items_size(), 1);
}

TEST(PayloadJson, LeavesOutWhatIsSecret) {
  user::v1::PasswordResetRequested message;
  message.set_user_id("42");
  message.set_token("secret-token");
  common::v1::Event event;
  event.set_payload(message.SerializeAsString());
  const auto json = detail::payload_json(event, message.GetDescriptor());
  EXPECT_TRUE(json.contains("42")) << json;
  EXPECT_FALSE(json.contains("secret-token")) << json;
  event.set_payload("\xff\xff");
  EXPECT_EQ(detail::payload_json(event, message.GetDescriptor()), "");
}

TEST_F(ConsumerTest, DependencyThatIsDownNeverMakesADeadLetter) {
  stock->before_effect = [](const EventInfo&) { throw unavailable("down"); };
  const auto event = make_event(world, "a", 1);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(accepted(deliver({event})), 0);
  EXPECT_EQ(stock->dead_letters().items_size(), 0);
  stock->before_effect = [](const EventInfo&) {};
  EXPECT_EQ(accepted(deliver({event})), 1);
  EXPECT_EQ(stock->effects(), std::vector<std::string>{"a 1"});
}

TEST_F(ConsumerTest, EffectAndInboxAreOneCommit) {
  int left = 2;
  stock->before_effect = [&](const EventInfo&) {
    if (--left == 0) throw std::runtime_error{"after the first effect"};
  };
  EXPECT_EQ(accepted(deliver({make_event(world, "a", 1), make_event(world, "b", 1)})), 2);
  EXPECT_EQ(stock->count("effects"), 2);
  EXPECT_EQ(stock->count("inbox"), 2);
}

// Were it parked, nothing would ever take it out again: the replay is through with its aggregate.
TEST_F(ConsumerTest, EventThatComesWhileTheLastLetterIsTakenOutIsNotParked) {
  stock->before_effect = [](const EventInfo&) { throw std::runtime_error{"cannot be done"}; };
  deliver_until_accepted(make_event(world, "ill", 1));
  stock->before_effect = [](const EventInfo&) {};
  database::BlockingConnection replay{inventory->admin_url()};
  replay.run("BEGIN");
  replay.run("DELETE FROM dead_letters");

  bool delivered = false;
  const auto one = [](Subscriber& to, common::v1::DeliverRequest request, bool& done) -> Task<> {
    co_await to.deliver_task(std::move(request));
    done = true;
  };
  boost::asio::co_spawn(world.loop,
                        one(*stock, request_of({make_event(world, "ill", 2)}), delivered),
                        boost::asio::detached);
  database::BlockingConnection watcher{inventory->admin_url()};
  ASSERT_TRUE(world.wait_until(
      [&] { return delivered || !watcher.run("SELECT FROM pg_locks WHERE NOT granted").empty(); }));
  EXPECT_FALSE(delivered);
  replay.run("COMMIT");
  ASSERT_TRUE(world.wait_until([&] { return delivered; }));
  EXPECT_EQ(stock->effects(), std::vector<std::string>{"ill 2"});
  EXPECT_EQ(stock->dead_letters().items_size(), 0);
}

TEST_F(ConsumerTest, RefusesAnEventThatDoesNotNameTheService) {
  Consumer consumer{world.context("inventory-service"), stock->database};
  const auto effect = [](database::Transaction&, const EventInfo&, const auto&) -> Task<> {
    co_return;
  };
  EXPECT_THROW(consumer.on<inventory::v1::AvailabilityChanged>(effect), std::logic_error);
  consumer.on<order::v1::OrderCancelled>(effect);
  EXPECT_THROW(consumer.on<order::v1::OrderCancelled>(effect), std::logic_error);
}

TEST_F(ConsumerTest, HousekeepingForgetsOldEventsOnly) {
  deliver({make_event(world, "a", 1), make_event(world, "b", 1)});
  database::BlockingConnection{inventory->admin_url()}.run(
      "UPDATE inbox SET received_at = now() - interval '31 days' WHERE event_id ="
      " (SELECT min(event_id::text)::uuid FROM inbox)");
  Housekeeping housekeeping{world.context("inventory-service"), stock->database};
  world.run(housekeeping.clean());
  EXPECT_EQ(stock->count("inbox"), 1);
  housekeeping.start();
  world.run(housekeeping.stop());
}

}  // namespace
}  // namespace souk::messaging
