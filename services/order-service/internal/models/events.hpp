#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "core/money.hpp"
#include "core/uuid.hpp"
#include "internal/models/pricing.hpp"
#include "internal/models/status.hpp"

namespace souk::order {

using RefundId = Id<struct RefundTag>;

/// Where the goods go. Optional parts are empty, not blank.
struct Address {
  std::string full_name;
  std::string line1;
  std::optional<std::string> line2;
  std::string city;
  std::optional<std::string> region;
  std::string postal_code;
  std::string country;

  bool operator==(const Address&) const = default;
};

/// The events of an order's stream: facts, in the past tense, never changed once written. None of
/// them holds a payment token. `by` is the account that did it; empty for the platform itself.

struct Placed {
  UserId user;
  std::string number;
  std::vector<Item> items;
  Totals totals;
  Address shipping_address;
  std::optional<std::string> external_id;  ///< of imported history
  std::optional<Delivery> shipping = std::nullopt;
};

struct Rejected {
  std::string reason;             ///< out_of_stock, or the code of inventory's refusal
  std::vector<std::string> skus;  ///< the ones that lack stock
};

struct Confirmed {
  std::string payment_id;
  std::string provider;
};

struct PaymentFailed {
  std::string payment_id;
  std::string provider;
  std::string decline_code;
};

struct Fulfilled {
  std::optional<std::string> tracking_number;
  std::optional<UserId> by;
};

struct Delivered {
  std::optional<UserId> by;
};

struct Cancelled {
  std::string reason;
  std::optional<UserId> by;
};

struct RefundRequested {
  RefundId refund;
  Money amount;
  std::string reason;
  std::optional<UserId> by;
};

struct PartiallyRefunded {
  RefundId refund;
  Money amount;
};

struct Refunded {
  RefundId refund;
  Money amount;
};

struct RefundFailed {
  RefundId refund;
  Money amount;
  bool moved = false;                 ///< it had gone through, and has come back
  Status status = Status::confirmed;  ///< of the order, now
};

using EventData =
    std::variant<Placed, Rejected, Confirmed, PaymentFailed, Fulfilled, Delivered, Cancelled,
                 RefundRequested, PartiallyRefunded, Refunded, RefundFailed>;

/// One entry of a stream. Versions count from 1 without gaps.
struct Event {
  int version = 0;
  Time at;
  EventData data;
};

EventType type_of(const EventData& data);

}  // namespace souk::order
