#include "messaging/detail/broker_bus.hpp"

#include <deque>

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "testing/world.hpp"

namespace souk::messaging::detail {
namespace {

using ::testing::ElementsAre;

/// Notes what it is given; refuses what the test wants refused.
class FakePublisher final : public Publisher {
 public:
  explicit FakePublisher(std::vector<std::vector<std::string>>& waves,
                         std::function<std::string(const Message&)>& verdict)
      : waves_(waves), verdict_(verdict) {}

  Task<std::vector<std::string>> publish(std::string, std::vector<Message> messages) override {
    std::vector<std::string> verdicts;
    auto& wave = waves_.emplace_back();
    for (const auto& message : messages) {
      common::v1::Event event;
      event.ParseFromString(message.bytes);
      EXPECT_EQ(message.key, event.aggregate_id());
      wave.push_back(event.id());
      verdicts.push_back(verdict_(message));
    }
    co_return verdicts;
  }
  void cancel() override {}
  Task<> stop() override { co_return; }

 private:
  std::vector<std::vector<std::string>>& waves_;
  std::function<std::string(const Message&)>& verdict_;
};

class BrokerBusTest : public ::testing::Test {
 protected:
  /// "a1" is the event a1 of the aggregate a.
  std::vector<std::string> deliver(const std::vector<std::string>& ids) {
    common::v1::DeliverRequest request;
    for (const auto& id : ids) {
      auto& event = *request.add_events();
      event.set_id(id);
      event.set_aggregate_id(id.substr(0, 1));
    }
    const auto reply = world.run(bus.deliver("x-service", request));
    std::vector<std::string> accepted;
    for (int i = 0; i < reply.outcomes_size(); ++i) {
      if (reply.outcomes(i).accepted()) accepted.push_back(ids[static_cast<std::size_t>(i)]);
    }
    return accepted;
  }

  testing::World world;
  std::vector<std::vector<std::string>> waves;
  std::function<std::string(const Message&)> verdict = [](const Message&) { return ""; };
  BrokerBus bus{world.context("y-service"), std::make_unique<FakePublisher>(waves, verdict)};
};

TEST_F(BrokerBusTest, SendsOneEventOfAnAggregateAtATime) {
  EXPECT_THAT(deliver({"a1", "a2", "b1", "a3", "b2", "c1"}),
              ElementsAre("a1", "a2", "b1", "a3", "b2", "c1"));
  EXPECT_THAT(waves, ElementsAre(ElementsAre("a1", "b1", "c1"), ElementsAre("a2", "b2"),
                                 ElementsAre("a3")));
}

TEST_F(BrokerBusTest, SendsNothingPastAnEventThatWasNotAccepted) {
  verdict = [&](const Message& message) { return message.key == "a" ? "returned" : ""; };
  EXPECT_THAT(deliver({"a1", "a2", "b1", "b2"}), ElementsAre("b1", "b2"));
  EXPECT_THAT(waves, ElementsAre(ElementsAre("a1", "b1"), ElementsAre("b2")));
}

TEST_F(BrokerBusTest, KeepsWhatWasAcceptedBeforeTheBrokerWent) {
  verdict = [&](const Message&) { return waves.size() < 2 ? "" : "connection lost"; };
  EXPECT_THAT(deliver({"a1", "a2", "a3", "b1"}), ElementsAre("a1", "b1"));
  EXPECT_THAT(waves, ElementsAre(ElementsAre("a1", "b1"), ElementsAre("a2")));
}

TEST_F(BrokerBusTest, SaysSoWhereNothingGetsThrough) {
  verdict = [](const Message&) { return "no connection"; };
  try {
    deliver({"a1", "b1"});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_EQ(error.detail, "no connection");
  }
}

}  // namespace
}  // namespace souk::messaging::detail
