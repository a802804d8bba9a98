#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "internal/models/events.hpp"

namespace souk::order {

/// The payment as the order knows it.
struct PaymentInfo {
  std::string id;
  std::string status;  ///< captured, declined, partially_refunded or refunded
  std::string provider;
  std::string decline_code;  ///< of a declined one

  bool operator==(const PaymentInfo&) const = default;
};

/// What the customer has to do before the money can move.
struct PaymentAction {
  std::string type;           ///< "redirect" or "stripe_sdk"
  std::string url;            ///< of a redirect
  std::string client_secret;  ///< for the provider's script

  bool operator==(const PaymentAction&) const = default;
};

/// A payment that waits for its customer.
struct WaitingPayment {
  std::string id;
  std::string provider;
  PaymentAction action;

  bool operator==(const WaitingPayment&) const = default;
};

/// An order: what its stream says when folded. The projection tables hold exactly this. A value.
struct Order {
  OrderId id;
  UserId user;
  std::string number;
  Status status = Status::pending;
  int version = 0;  ///< of the last event
  std::vector<Item> items;
  Totals totals;
  Address shipping_address;
  std::optional<Delivery> shipping;
  std::optional<PaymentInfo> payment;
  Money refund_requested;  ///< decided in all, moved or not; never more than the total
  Money refunded;          ///< moved in all; never more than was requested
  std::optional<std::string> tracking_number;
  std::optional<Time> fulfilled_at;
  std::optional<std::string> external_id;
  Time created_at;
  Time updated_at;
  /// No part of the stream: replies about a pending order say what its checkout waits for.
  std::optional<WaitingPayment> waiting;

  bool operator==(const Order&) const = default;
};

/// Folds a stream from its first event. Throws std::logic_error for one that breaks the transition
/// table or has a gap: such a stream cannot have been written by this code.
Order fold(OrderId id, std::span<const Event> stream);

/// How far the goods of a paid order are, whatever money went back: confirmed, fulfilled, delivered.
Status goods_status(std::span<const Event> stream);

/// Adds the next event; the same conditions.
void apply(Order& order, const Event& event);

}  // namespace souk::order
