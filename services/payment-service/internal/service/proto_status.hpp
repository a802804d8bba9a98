#pragma once

#include "internal/models/payment.hpp"
#include "payment/payment.pb.h"

namespace souk::payment {

/// A status as events and replies have it.
v1::PaymentStatus to_proto(PaymentStatus status);

}  // namespace souk::payment
