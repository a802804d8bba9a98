#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace souk::security {

/// A few threads and a short queue, for work that would block an event loop. Owned by whoever
/// submits to it; any thread may submit.
class BoundedWorkers {
 public:
  enum class Fate { run, cancelled };
  /// Tells whoever waits for a job. Called when the job's place is free again, so that who hears of
  /// it can submit the next one at once.
  using Announcement = std::move_only_function<void()>;
  /// Called once, on a worker (run) or on the thread that stops (cancelled). Must not throw.
  using Job = std::move_only_function<Announcement(Fate)>;

  /// At most `threads` jobs run and `queue_limit` wait.
  BoundedWorkers(std::size_t threads, std::size_t queue_limit);
  ~BoundedWorkers() { stop(); }
  BoundedWorkers(const BoundedWorkers&) = delete;
  BoundedWorkers& operator=(const BoundedWorkers&) = delete;

  /// False, with the job left alone, when the queue is full or the workers have stopped.
  bool try_submit(Job& job);

  /// Cancels what waits, lets what runs finish, and joins. Not from a job. Idempotent.
  void stop();

 private:
  void work();

  const std::size_t limit_;  ///< of jobs that run or wait
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::size_t running_ = 0;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace souk::security
