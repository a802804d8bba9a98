#include "internal/models/status.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace souk::order {
namespace {

struct Transition {
  std::optional<Status> from;
  EventType event;
  Status to;
};

// clang-format off
constexpr Transition kTransitions[] = {
    {std::nullopt,               EventType::placed,             Status::pending},

    {Status::pending,            EventType::rejected,           Status::rejected},
    {Status::pending,            EventType::confirmed,          Status::confirmed},
    {Status::pending,            EventType::payment_failed,     Status::payment_failed},
    {Status::pending,            EventType::cancelled,          Status::cancelled},

    {Status::confirmed,          EventType::fulfilled,          Status::fulfilled},
    {Status::confirmed,          EventType::cancelled,          Status::cancelled},
    {Status::confirmed,          EventType::refund_requested,   Status::confirmed},
    {Status::confirmed,          EventType::partially_refunded, Status::partially_refunded},
    {Status::confirmed,          EventType::refunded,           Status::refunded},
    {Status::confirmed,          EventType::refund_failed,      Status::confirmed},

    {Status::fulfilled,          EventType::delivered,          Status::delivered},
    {Status::fulfilled,          EventType::refund_requested,   Status::fulfilled},
    {Status::fulfilled,          EventType::partially_refunded, Status::partially_refunded},
    {Status::fulfilled,          EventType::refunded,           Status::refunded},
    {Status::fulfilled,          EventType::refund_failed,      Status::fulfilled},

    {Status::delivered,          EventType::refund_requested,   Status::delivered},
    {Status::delivered,          EventType::partially_refunded, Status::partially_refunded},
    {Status::delivered,          EventType::refunded,           Status::refunded},
    {Status::delivered,          EventType::refund_failed,      Status::delivered},

    // Some money went back; the rest of the goods may still travel (the aggregate knows how far
    // they are).
    {Status::partially_refunded, EventType::fulfilled,          Status::fulfilled},
    {Status::partially_refunded, EventType::delivered,          Status::delivered},
    {Status::partially_refunded, EventType::refund_requested,   Status::partially_refunded},
    {Status::partially_refunded, EventType::partially_refunded, Status::partially_refunded},
    {Status::partially_refunded, EventType::refunded,           Status::refunded},
    {Status::partially_refunded, EventType::refund_failed,      Status::partially_refunded},
    {Status::refunded,           EventType::refund_failed,      Status::refunded},

    // The ends. Money that is owed still goes back, which changes nothing about the order's end.
    {Status::cancelled,          EventType::refund_requested,   Status::cancelled},
    {Status::cancelled,          EventType::partially_refunded, Status::cancelled},
    {Status::cancelled,          EventType::refunded,           Status::cancelled},
    {Status::cancelled,          EventType::refund_failed,      Status::cancelled},
    {Status::payment_failed,     EventType::refund_requested,   Status::payment_failed},
    {Status::payment_failed,     EventType::partially_refunded, Status::payment_failed},
    {Status::payment_failed,     EventType::refunded,           Status::payment_failed},
    {Status::payment_failed,     EventType::refund_failed,      Status::payment_failed},
};
// clang-format on

template <class Enum, std::size_t N>
Enum parse(const std::array<Enum, N>& all, std::string_view word) {
  const auto found = std::ranges::find_if(all, [&](Enum e) { return to_string(e) == word; });
  if (found == all.end()) throw std::invalid_argument{fmt::format("\"{}\" is not known", word)};
  return *found;
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::pending: return "pending";
    case Status::confirmed: return "confirmed";
    case Status::fulfilled: return "fulfilled";
    case Status::delivered: return "delivered";
    case Status::cancelled: return "cancelled";
    case Status::payment_failed: return "payment_failed";
    case Status::partially_refunded: return "partially_refunded";
    case Status::refunded: return "refunded";
    case Status::rejected: return "rejected";
  }
  throw std::invalid_argument{"no such status"};
}

std::string_view to_string(EventType type) {
  switch (type) {
    case EventType::placed: return "placed";
    case EventType::rejected: return "rejected";
    case EventType::confirmed: return "confirmed";
    case EventType::payment_failed: return "payment_failed";
    case EventType::fulfilled: return "fulfilled";
    case EventType::delivered: return "delivered";
    case EventType::cancelled: return "cancelled";
    case EventType::refund_requested: return "refund_requested";
    case EventType::partially_refunded: return "partially_refunded";
    case EventType::refunded: return "refunded";
    case EventType::refund_failed: return "refund_failed";
  }
  throw std::invalid_argument{"no such event type"};
}

Status parse_status(std::string_view word) { return parse(kEveryStatus, word); }

EventType parse_event_type(std::string_view word) { return parse(kEveryEventType, word); }

std::optional<Status> next_status(std::optional<Status> from, EventType event) {
  const auto* found = std::ranges::find_if(kTransitions, [&](const Transition& transition) {
    return transition.from == from && transition.event == event;
  });
  if (found == std::end(kTransitions)) return std::nullopt;
  return found->to;
}

}  // namespace souk::order
