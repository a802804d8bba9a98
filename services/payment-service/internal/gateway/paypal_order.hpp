#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "internal/gateway/provider.hpp"

/// PayPal's orders, captures and refunds (Orders v2, Payments v2) as charges. Pure.
namespace souk::payment::paypal {

/// An order as far as it matters here.
struct Order {
  std::string id;
  bool approved = false;  ///< the customer has agreed, and nothing has been captured
  /// Its reference is the capture's id once there is one: that is what refunds, disputes and PayPal's
  /// reports go by.
  ProviderCharge charge;
};

/// Empty for anything that is no order as PayPal documents it.
std::optional<Order> read_order(const boost::json::value& value);

/// What we have of a capture whose order is gone: a partial refund's amount is not in it.
std::optional<ProviderCharge> read_capture(const boost::json::value& value);

/// The platform's decline code for PayPal's issue or its processor's response code; empty for an
/// issue that declines nothing.
std::string_view decline_code(std::string_view issue);

}  // namespace souk::payment::paypal
