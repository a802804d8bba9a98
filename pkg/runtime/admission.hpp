#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "common/options.pb.h"
#include "core/error.hpp"
#include "core/queue_delay.hpp"
#include "middleware/metrics.hpp"

namespace souk::rpc {

/// Decides how much work a module takes at a time, and what it turns away first when there is more: what may
/// wait, then browsing, then the rest, then new checkouts; never what is vital. Each may fill a larger share
/// of the places than the one before it, and bears a longer queue in front of it.
///
/// One per module, owned by the Host; outlives whatever enters. Any thread; time is handed in.
class Admission {
 public:
  using Instant = QueueDelay::Instant;

  /// How many calls a module works on at once. Of a few hundred checkouts a second it is half a second's worth,
  /// and with a payment provider that takes a second each it still lets as many through.
  static constexpr int kPlaces = 256;

  /// A place among the work in hand; gives it back when destroyed.
  class Ticket {
   public:
    explicit Ticket(Admission& admission) : admission_(&admission) {}
    Ticket(Ticket&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
      if (admission_) admission_->in_hand_.fetch_sub(1, std::memory_order_relaxed);
    }

   private:
    Admission* admission_;
  };

  /// `module` labels souk_shed_total.
  Admission(Metrics& metrics, std::string module, int places = kPlaces);

  /// Empty: turned away, and counted as such. Cheap.
  std::optional<Ticket> enter(common::v1::Priority priority, Instant now);

  /// A queue that work has to stand in: the module's own event loop, its database connections. Each is there
  /// for as long as this object, and the longest counts.
  QueueDelay& queue();

  /// Shows how many calls are in hand, and how long they stand in line.
  void measure(Instant now);

  int in_hand() const { return in_hand_.load(std::memory_order_relaxed); }

 private:
  QueueDelay::Duration delay(Instant now) const;

  const int places_;
  std::atomic<int> in_hand_{0};
  mutable std::mutex mutex_;  // of the list
  std::deque<QueueDelay> queues_;
  std::array<prometheus::Counter*, 5> shed_{};  // by rank
  prometheus::Gauge& in_hand_shown_;
  prometheus::Gauge& delay_shown_;
};

/// The order in which work is turned away: 0 first, 4 never. UNSPECIFIED is as NORMAL.
std::size_t rank(common::v1::Priority priority);

/// 503 `overloaded`, with Retry-After.
Error overloaded();

}  // namespace souk::rpc
