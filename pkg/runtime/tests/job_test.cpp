#include "runtime/job.hpp"

#include <gtest/gtest.h>

#include "runtime/blocking.hpp"
#include "runtime/event_loop.hpp"

namespace souk::runtime {
namespace {

using namespace std::chrono_literals;

class JobTest : public ::testing::Test {
 protected:
  /// Wakes it each millisecond for a while; gives the moments at which it worked.
  std::vector<std::chrono::steady_clock::time_point> woken_for(std::chrono::milliseconds length,
                                                               std::chrono::milliseconds least) {
    std::vector<std::chrono::steady_clock::time_point> rounds;
    auto body = [&]() -> Task<> {
      rounds.push_back(std::chrono::steady_clock::now());
      co_return;
    };
    Job job{loop_.executor(), log_, "counting", 1h, std::move(body), least};
    run_on(loop_.executor(), [&] { return wake_often(job, length); });
    return rounds;
  }

 private:
  Task<> wake_often(Job& job, std::chrono::milliseconds length) {
    job.start();
    const auto end = std::chrono::steady_clock::now() + length;
    while (std::chrono::steady_clock::now() < end) {
      job.wake();
      boost::asio::steady_timer timer{loop_.executor(), 1ms};
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    co_await job.stop();
  }

  Log log_{"test", Log::Level::off};
  EventLoop loop_;
};

TEST_F(JobTest, WorksAtOnceWhenItIsWoken) { EXPECT_GT(woken_for(100ms, 0ms).size(), 10U); }

TEST_F(JobTest, GathersWhatComesThickAndFast) {
  const auto rounds = woken_for(200ms, 40ms);
  ASSERT_GE(rounds.size(), 2U);
  EXPECT_LE(rounds.size(), 6U);
  for (std::size_t i = 1; i < rounds.size(); ++i) EXPECT_GE(rounds[i] - rounds[i - 1], 40ms);
}

}  // namespace
}  // namespace souk::runtime
