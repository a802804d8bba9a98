#pragma once

#include "internal/models/dispute.hpp"
#include "internal/models/payment.hpp"
#include "internal/repository/payment_repository.hpp"
#include "payment/payment.pb.h"

/// Between the protos and the domain. Pure.
namespace souk::payment {

ImportedPayment from_proto(const v1::ImportPayment& payment);

v1::Payment to_proto(const Payment& payment);
v1::PaymentView to_view(const Payment& payment);
v1::RefundView to_view(const Refund& refund);
v1::Refund to_proto(const Refund& refund);
v1::Dispute to_proto(const KnownDispute& known);

}  // namespace souk::payment
