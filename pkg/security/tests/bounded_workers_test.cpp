#include "security/bounded_workers.hpp"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace souk::security {
namespace {

using Fate = BoundedWorkers::Fate;

/// A job that does `work` and has nothing to announce.
template <class Work>
BoundedWorkers::Job job_of(Work work) {
  return [work = std::move(work)](Fate fate) -> BoundedWorkers::Announcement {
    work(fate);
    return [] {};
  };
}

/// Two workers, both held inside a job until `release`.
class HeldWorkers {
 public:
  explicit HeldWorkers(std::size_t queue_limit) : workers(2, queue_limit) {
    for (int i = 0; i < 2; ++i) {
      auto job = job_of([this](Fate) {
        started_.count_down();
        released_.wait();
      });
      EXPECT_TRUE(workers.try_submit(job));
    }
    started_.wait();
  }
  ~HeldWorkers() { workers.stop(); }  // while the latches still live

  void release() { released_.count_down(); }

  BoundedWorkers workers;

 private:
  std::latch started_{2};
  std::latch released_{1};
};

TEST(BoundedWorkers, TakesNoMoreThanItsQueueHolds) {
  std::atomic<int> ran = 0;
  std::latch done{3};
  HeldWorkers held{3};
  for (int i = 0; i < 3; ++i) {
    auto job = job_of([&](Fate fate) {
      if (fate == Fate::run) ++ran;
      done.count_down();
    });
    EXPECT_TRUE(held.workers.try_submit(job)) << i;
  }
  auto refused = job_of([&](Fate) { ++ran; });
  EXPECT_FALSE(held.workers.try_submit(refused));
  EXPECT_TRUE(static_cast<bool>(refused)) << "a refused job stays with its owner";
  EXPECT_EQ(ran, 0);

  held.release();
  done.wait();
  EXPECT_EQ(ran, 3);
}

TEST(BoundedWorkers, TakesWorkAgainAfterAStorm) {
  std::latch done{1};
  HeldWorkers held{0};
  auto job = job_of([&](Fate) { done.count_down(); });
  EXPECT_FALSE(held.workers.try_submit(job));
  held.release();
  while (!held.workers.try_submit(job)) std::this_thread::yield();
  done.wait();
}

TEST(BoundedWorkers, AnnouncesAJobOnceItsPlaceIsFree) {
  constexpr int kRounds = 200;
  std::latch done{1};
  BoundedWorkers workers{1, 0};
  int refused = 0;
  std::function<void(int)> submit = [&](int left) {
    BoundedWorkers::Job job = [&, left](Fate) -> BoundedWorkers::Announcement {
      return [&, left] { left == 0 ? done.count_down() : submit(left - 1); };
    };
    if (workers.try_submit(job)) return;
    ++refused;
    done.count_down();
  };
  submit(kRounds);
  done.wait();
  EXPECT_EQ(refused, 0);
}

TEST(BoundedWorkers, NeverRunsMoreThanItsThreadsAtOnce) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  std::latch done{50};
  BoundedWorkers workers{2, 50};
  for (int i = 0; i < 50; ++i) {
    auto job = job_of([&](Fate) {
      const int now = ++running;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::yield();
      --running;
      done.count_down();
    });
    ASSERT_TRUE(workers.try_submit(job));
  }
  done.wait();
  EXPECT_GE(most, 1);
  EXPECT_LE(most, 2);
}

TEST(BoundedWorkers, StopCancelsWhatWaitsAndFinishesWhatRuns) {
  std::atomic<int> cancelled = 0;
  HeldWorkers held{2};
  for (int i = 0; i < 2; ++i) {
    auto job = job_of([&](Fate fate) {
      if (fate != Fate::cancelled) return;
      if (++cancelled == 2) held.release();  // only then can stop() join
    });
    ASSERT_TRUE(held.workers.try_submit(job));
  }
  held.workers.stop();
  EXPECT_EQ(cancelled, 2);
  auto late = job_of([](Fate) {});
  EXPECT_FALSE(held.workers.try_submit(late));
  held.workers.stop();
}

}  // namespace
}  // namespace souk::security
