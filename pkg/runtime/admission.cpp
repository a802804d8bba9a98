#include "runtime/admission.hpp"

#include <algorithm>
#include <string_view>

#include <prometheus/counter.h>

namespace souk::rpc {
namespace {

using namespace std::chrono_literals;

struct Class {
  std::string_view name;
  /// Of the places, in eighths: so much may be taken when one more comes in.
  int eighths;
  /// The longest queue it bears. A checkout goes through some five queues within the ten seconds that POST
  /// /orders waits, and a shopper hardly notices half a second; each class before it gives way a good interval
  /// earlier.
  QueueDelay::Duration patience;
};

constexpr std::array<Class, 5> kClasses{{{"background", 2, 150ms},
                                         {"browsing", 3, 200ms},
                                         {"normal", 5, 350ms},
                                         {"checkout", 8, 500ms},
                                         {"vital", 8, QueueDelay::Duration::max()}}};
constexpr std::size_t kVital = 4;

}  // namespace

std::size_t rank(common::v1::Priority priority) {
  switch (priority) {
    case common::v1::PRIORITY_BACKGROUND: return 0;
    case common::v1::PRIORITY_BROWSING: return 1;
    case common::v1::PRIORITY_CHECKOUT: return 3;
    case common::v1::PRIORITY_VITAL: return kVital;
    default: return 2;
  }
}

Error overloaded() {
  Error error{Kind::unavailable, "overloaded", "Too much is going on at the moment."};
  error.retry_after = 1s;
  return error;
}

Admission::Admission(Metrics& metrics, std::string module, int places)
    : places_(places),
      in_hand_shown_(
          metrics.gauge("souk_in_hand", "Requests that are being worked on", {{"at", module}})),
      delay_shown_(metrics.gauge("souk_queue_seconds",
                                 "How long work stands in line before it begins",
                                 {{"at", module}})) {
  for (std::size_t i = 0; i < kVital; ++i) {
    shed_[i] = &metrics.counter("souk_shed_total", "Requests that were turned away under overload",
                                {{"at", module}, {"priority", std::string{kClasses[i].name}}});
  }
}

std::optional<Admission::Ticket> Admission::enter(common::v1::Priority priority, Instant now) {
  const auto place = rank(priority);
  const auto& its = kClasses[place];
  const int taken = in_hand_.fetch_add(1, std::memory_order_relaxed);
  Ticket ticket{*this};
  if (place == kVital) return ticket;
  if (taken < places_ * its.eighths / 8 && delay(now) <= its.patience) return ticket;
  shed_[place]->Increment();
  return std::nullopt;
}

void Admission::measure(Instant now) {
  in_hand_shown_.Set(in_hand());
  delay_shown_.Set(std::chrono::duration<double>(delay(now)).count());
}

QueueDelay& Admission::queue() {
  const std::scoped_lock lock{mutex_};
  return queues_.emplace_back();
}

QueueDelay::Duration Admission::delay(Instant now) const {
  const std::scoped_lock lock{mutex_};
  QueueDelay::Duration longest{};
  for (const auto& queue : queues_) longest = std::max(longest, queue.standing(now));
  return longest;
}

}  // namespace souk::rpc
