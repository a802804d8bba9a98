#include "security/bounded_workers.hpp"

#include <utility>

namespace souk::security {

BoundedWorkers::BoundedWorkers(std::size_t threads, std::size_t queue_limit)
    : limit_(threads + queue_limit) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

bool BoundedWorkers::try_submit(Job& job) {
  {
    const std::scoped_lock lock{mutex_};
    if (stopped_ || running_ + queue_.size() >= limit_) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void BoundedWorkers::stop() {
  std::deque<Job> cancelled;
  {
    const std::scoped_lock lock{mutex_};
    stopped_ = true;
    cancelled.swap(queue_);
  }
  wake_.notify_all();
  for (auto& job : cancelled) job(Fate::cancelled)();
  threads_.clear();  // joins
}

void BoundedWorkers::work() {
  std::unique_lock lock{mutex_};
  while (true) {
    wake_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto job = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    auto announce = job(Fate::run);
    job = nullptr;  // what it holds goes before its place is given away
    lock.lock();
    --running_;
    lock.unlock();
    announce();
    lock.lock();
  }
}

}  // namespace souk::security
