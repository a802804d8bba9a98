#pragma once

#include "common/common.pb.h"
#include "internal/models/order.hpp"
#include "internal/models/refund.hpp"
#include "order/events.pb.h"
#include "order/order.pb.h"

/// Between the domain and the messages that cross the wire. Pure.
namespace souk::order {

v1::Order to_message(const Order& order);
v1::OrderRefund to_message(const Refund& refund);

/// Whom notification-service writes to: it knows the address of the account.
void set_customer(const Order& order, v1::Customer& customer);

Address from_message(const common::v1::Address& message);

}  // namespace souk::order
