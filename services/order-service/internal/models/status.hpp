#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace souk::order {

/// Where an order stands. `rejected` is a checkout that found no stock before anybody was told of it:
/// it held and charged nothing, so nobody is shown it; its stream stays as a record. One that a client
/// was told of is `cancelled` instead.
enum class Status {
  pending,
  confirmed,
  fulfilled,
  delivered,
  cancelled,
  payment_failed,
  partially_refunded,
  refunded,
  rejected,
};

/// What can happen to an order; each is one type of event in its stream.
enum class EventType {
  placed,
  rejected,
  confirmed,
  payment_failed,
  fulfilled,
  delivered,
  cancelled,
  refund_requested,    ///< decided and owed; the money has not moved yet
  partially_refunded,  ///< a refund went through, and some of the price is left
  refunded,            ///< a refund went through, and nothing is left
  refund_failed,       ///< the customer has not got a refund, or has not kept it
};

inline constexpr std::array kEveryStatus{
    Status::pending,   Status::confirmed,      Status::fulfilled,          Status::delivered,
    Status::cancelled, Status::payment_failed, Status::partially_refunded, Status::refunded,
    Status::rejected,
};

inline constexpr std::array kEveryEventType{
    EventType::placed,         EventType::rejected,         EventType::confirmed,
    EventType::payment_failed, EventType::fulfilled,        EventType::delivered,
    EventType::cancelled,      EventType::refund_requested, EventType::partially_refunded,
    EventType::refunded,       EventType::refund_failed,
};

/// The words that stand in the database and in the API.
std::string_view to_string(Status status);
std::string_view to_string(EventType type);

/// Throw std::invalid_argument for another word: it comes from our own database.
Status parse_status(std::string_view word);
EventType parse_event_type(std::string_view word);

/// The transition table: what becomes of an order when something happens to it; `from` is empty for
/// an order that does not exist yet. Empty where it cannot happen. Where money that had gone back is
/// here again, the event itself says what becomes of the order (RefundFailed).
std::optional<Status> next_status(std::optional<Status> from, EventType event);

}  // namespace souk::order
