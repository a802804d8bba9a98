#include "messaging/detail/intake.hpp"

#include <map>

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "testing/world.hpp"

namespace souk::messaging::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FakeSource final : public Source {
 public:
  void start(Listener) override {}
  void accept(Place place) override { accepted.push_back(place.tag); }
  Task<> stop() override { co_return; }

  std::vector<std::uint64_t> accepted;
};

class IntakeTest : public ::testing::Test {
 protected:
  IntakeTest() { intake.start(); }
  ~IntakeTest() override { world.run(intake.stop()); }

  /// "a1" is the event a1 of the aggregate a.
  void arrive(std::uint64_t lane, std::uint64_t tag, const std::string& id) {
    common::v1::Event event;
    event.set_id(id);
    event.set_aggregate_id(id.substr(0, 1));
    intake.arrived({.place = {.lane = lane, .tag = tag}, .bytes = event.SerializeAsString()});
  }

  Task<common::v1::DeliverReply> take(common::v1::DeliverRequest request) {
    common::v1::DeliverReply reply;
    std::set<std::string> stuck;  // as Consumer does: nothing past what is refused
    for (const auto& event : request.events()) {
      seen.push_back(event.id());
      const bool ill = refused.contains(event.id()) || stuck.contains(event.aggregate_id());
      if (ill) stuck.insert(event.aggregate_id());
      if (!ill) applied.push_back(event.id());
      reply.add_outcomes()->set_accepted(!ill);
    }
    if (gate) co_await gate->wait();
    co_return reply;
  }

  bool until(const std::function<bool()>& condition) { return world.wait_until(condition); }

  testing::World world;
  runtime::ModuleContext context = world.context("x-service");
  FakeSource source;
  std::set<std::string> refused;
  std::vector<std::string> seen, applied;
  std::unique_ptr<Signal> gate;  ///< a delivery waits for it
  Intake intake{context, source,
                [this](const common::v1::DeliverRequest& request) { return take(request); }};
};

TEST_F(IntakeTest, GivesAgainWhatWasRefusedAndKeepsTheOrderOfItsAggregateOnly) {
  refused = {"a2"};
  arrive(1, 1, "a1");
  arrive(1, 2, "a2");
  arrive(1, 3, "b1");
  arrive(1, 4, "a3");
  ASSERT_TRUE(until([&] { return source.accepted.size() == 2; }));
  EXPECT_THAT(source.accepted, ElementsAre(1, 3));
  arrive(1, 5, "a4");
  arrive(1, 6, "b2");
  ASSERT_TRUE(until([&] { return std::ranges::count(seen, "a2") >= 3; }));
  EXPECT_THAT(applied, ElementsAre("a1", "b1", "b2"));
  refused.clear();
  ASSERT_TRUE(until([&] { return source.accepted.size() == 6; }));
  EXPECT_THAT(applied, ElementsAre("a1", "b1", "b2", "a2", "a3", "a4"));
}

TEST_F(IntakeTest, ForgetsWhatWillComeAgainElsewhere) {
  refused = {"a1"};
  arrive(1, 1, "a1");
  arrive(2, 1, "b1");
  ASSERT_TRUE(until([&] { return std::ranges::count(seen, "a1") == 1 && applied.size() == 1; }));
  intake.ended(1);
  refused.clear();
  arrive(3, 7, "a1");
  ASSERT_TRUE(until([&] { return source.accepted.size() == 2; }));
  EXPECT_THAT(source.accepted, ElementsAre(1, 7));
  EXPECT_EQ(std::ranges::count(seen, "a1"), 2);
}

// What is in hand while its lane ends must not come back when it is refused: it would stand before
// what has come again.
TEST_F(IntakeTest, ForgetsWhatIsInHandWhenItsLaneEnds) {
  gate = std::make_unique<Signal>(world.loop.get_executor());
  refused = {"a1"};
  arrive(1, 1, "a1");
  ASSERT_TRUE(until([&] { return seen.size() == 1; }));
  intake.ended(1);
  arrive(2, 1, "b1");
  auto held = std::exchange(gate, nullptr);
  held->raise();
  ASSERT_TRUE(until([&] { return applied.size() == 1; }));
  world.wait_until([] { return false; }, std::chrono::seconds{1});  // longer than any first pause
  EXPECT_THAT(seen, ElementsAre("a1", "b1"));
}

TEST_F(IntakeTest, WhatArrivesWhileAnEarlierEventIsRefusedStaysBehindIt) {
  gate = std::make_unique<Signal>(world.loop.get_executor());
  refused = {"a1"};
  arrive(1, 1, "a1");
  ASSERT_TRUE(until([&] { return seen.size() == 1; }));
  arrive(1, 2, "a2");
  refused.clear();
  auto held = std::exchange(gate, nullptr);
  held->raise();
  ASSERT_TRUE(until([&] { return source.accepted.size() == 2; }));
  EXPECT_THAT(seen, ElementsAre("a1", "a1", "a2"));
}

TEST_F(IntakeTest, GivesNoMoreThanABatchAtATime) {
  gate = std::make_unique<Signal>(world.loop.get_executor());
  for (std::uint64_t i = 1; i <= 300; ++i) arrive(1, i, "a" + std::to_string(i));
  ASSERT_TRUE(until([&] { return !seen.empty(); }));
  EXPECT_EQ(seen.size(), 200U);
  auto held = std::exchange(gate, nullptr);
  held->raise();
  ASSERT_TRUE(until([&] { return source.accepted.size() == 300; }));
}

TEST_F(IntakeTest, WhatTheSinkThrowsAcceptsNothing) {
  bool broken = true;
  Intake other{context, source,
               [&](const common::v1::DeliverRequest& request) -> Task<common::v1::DeliverReply> {
                 if (broken) throw unavailable("no database");
                 common::v1::DeliverReply reply;
                 for (int i = 0; i < request.events_size(); ++i) {
                   reply.add_outcomes()->set_accepted(true);
                 }
                 co_return reply;
               }};
  other.start();
  common::v1::Event event;
  event.set_aggregate_id("a");
  other.arrived({.place = {.lane = 1, .tag = 9}, .bytes = event.SerializeAsString()});
  world.wait_until([] { return false; }, std::chrono::seconds{1});
  EXPECT_THAT(source.accepted, IsEmpty());
  broken = false;
  ASSERT_TRUE(until([&] { return !source.accepted.empty(); }));
  world.run(other.stop());
}

}  // namespace
}  // namespace souk::messaging::detail
