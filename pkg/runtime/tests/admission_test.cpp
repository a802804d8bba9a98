#include "runtime/admission.hpp"

#include <vector>

#include <gtest/gtest.h>
#include <prometheus/counter.h>

namespace souk::rpc {
namespace {

using namespace std::chrono_literals;
using common::v1::Priority;

/// In the order in which they are turned away.
const std::vector<Priority> kInOrder{common::v1::PRIORITY_BACKGROUND, common::v1::PRIORITY_BROWSING,
                                     common::v1::PRIORITY_NORMAL, common::v1::PRIORITY_CHECKOUT,
                                     common::v1::PRIORITY_VITAL};

class AdmissionTest : public testing::Test {
 protected:
  bool takes(Priority priority) { return admission_.enter(priority, now_).has_value(); }

  std::size_t how_many_kinds() {
    std::size_t taken = 0;
    bool may_refuse = true;
    for (const auto priority : kInOrder) {
      const bool yes = takes(priority);
      EXPECT_TRUE(yes || may_refuse) << "turned away " << priority << ", but not a lesser one";
      may_refuse &= !yes;
      taken += yes ? 1 : 0;
    }
    return taken;
  }

  Metrics metrics_;
  Admission admission_{metrics_, "order-service", 80};
  Admission::Instant now_{1h};
};

TEST_F(AdmissionTest, ItShowsWhatIsInHand) {
  const auto ticket = admission_.enter(common::v1::PRIORITY_CHECKOUT, now_);
  auto& queue = admission_.queue();
  queue.waited(40ms, now_);
  now_ += QueueDelay::kInterval;
  queue.waited(40ms, now_);
  admission_.measure(now_);
  const auto shown = metrics_.text();
  EXPECT_NE(shown.find("souk_in_hand{at=\"order-service\"} 1\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("souk_queue_seconds{at=\"order-service\"} 0.04"), std::string::npos)
      << shown;
}

TEST_F(AdmissionTest, TheFullerItIsTheFewerKindsAreTaken) {
  std::vector<Admission::Ticket> tickets;
  std::size_t before = kInOrder.size();
  EXPECT_EQ(how_many_kinds(), before);
  for (int i = 0; i < 80; ++i) {
    auto ticket = admission_.enter(common::v1::PRIORITY_CHECKOUT, now_);
    ASSERT_TRUE(ticket) << i;
    tickets.push_back(*std::move(ticket));
    const auto kinds = how_many_kinds();
    EXPECT_LE(kinds, before);
    before = kinds;
  }
  EXPECT_FALSE(takes(common::v1::PRIORITY_CHECKOUT));
  EXPECT_TRUE(takes(common::v1::PRIORITY_VITAL));
  EXPECT_EQ(admission_.in_hand(), 80) << "who is turned away takes no place";
  tickets.clear();
  EXPECT_EQ(admission_.in_hand(), 0);
  EXPECT_EQ(how_many_kinds(), kInOrder.size());
}

TEST_F(AdmissionTest, TheLongerTheQueueTheFewerKindsAreTaken) {
  admission_.queue();  // one that is short
  auto& queue = admission_.queue();
  std::size_t before = kInOrder.size();
  for (auto wait = 0ms; wait <= 1000ms; wait += 25ms) {
    queue.waited(wait, now_);
    now_ += QueueDelay::kInterval;
    const auto kinds = how_many_kinds();
    EXPECT_LE(kinds, before) << wait.count();
    before = kinds;
  }
  EXPECT_EQ(before, 1U) << "what is vital is always taken";
  now_ += 2s;
  EXPECT_EQ(how_many_kinds(), kInOrder.size()) << "nothing waits any more";
}

TEST_F(AdmissionTest, CountsWhatItTurnsAway) {
  auto& queue = admission_.queue();
  queue.waited(10s, now_);
  now_ += QueueDelay::kInterval;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(takes(common::v1::PRIORITY_BROWSING));
  const auto& shed =
      metrics_.counter("souk_shed_total", "", {{"at", "order-service"}, {"priority", "browsing"}});
  EXPECT_EQ(shed.Value(), 3);
}

TEST(Overloaded, IsA503ToTryAgain) {
  EXPECT_EQ(http_status(overloaded().kind), 503);
  EXPECT_EQ(overloaded().code, "overloaded");
  EXPECT_TRUE(overloaded().retry_after);
}

}  // namespace
}  // namespace souk::rpc
