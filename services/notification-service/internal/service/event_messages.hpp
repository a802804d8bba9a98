#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "internal/models/message.hpp"
#include "order/events.pb.h"
#include "payment/events.pb.h"
#include "user/events.pb.h"

/// What each event has to say to the customer: one message. Pure.
namespace souk::notification {

NewMessage message_for(EventId event, const user::v1::UserRegistered& registered);
NewMessage message_for(EventId event, const order::v1::OrderConfirmed& confirmed);
NewMessage message_for(EventId event, const order::v1::OrderPaymentFailed& failed);
NewMessage message_for(EventId event, const order::v1::OrderCancelled& cancelled);
NewMessage message_for(EventId event, const order::v1::OrderRefunded& refunded);
NewMessage message_for(EventId event, const order::v1::OrderFulfilled& fulfilled);
NewMessage message_for(EventId event, const payment::v1::PaymentCaptured& captured);

}  // namespace souk::notification
