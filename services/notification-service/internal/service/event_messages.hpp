#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "internal/models/message.hpp"
#include "order/events.pb.h"
#include "payment/events.pb.h"
#include "user/events.pb.h"

/// What each event has to say to the customer: one message. Pure. `shop_url`: where its links lead; a
/// token stands behind the '#', which browsers send to nobody.
namespace souk::notification {

NewMessage message_for(EventId event, const user::v1::UserRegistered& registered,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const user::v1::EmailVerificationRequested& requested,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const user::v1::PasswordResetRequested& requested,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const user::v1::EmailChangeRequested& requested,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const user::v1::PasswordChanged& changed,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const user::v1::EmailChanged& changed,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const user::v1::NewDeviceSignedIn& signed_in,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const order::v1::OrderConfirmed& confirmed,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const order::v1::OrderPaymentFailed& failed,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const order::v1::OrderCancelled& cancelled,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const order::v1::OrderRefunded& refunded,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const order::v1::OrderRefundFailed& failed,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const order::v1::OrderFulfilled& fulfilled,
                       const std::string& shop_url);
NewMessage message_for(EventId event, const payment::v1::PaymentCaptured& captured,
                       const std::string& shop_url);

}  // namespace souk::notification
