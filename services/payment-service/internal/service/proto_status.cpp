#include "internal/service/proto_status.hpp"

namespace souk::payment {

v1::PaymentStatus to_proto(PaymentStatus status) {
  switch (status) {
    case PaymentStatus::pending: return v1::PAYMENT_STATUS_PENDING;
    case PaymentStatus::authorized: return v1::PAYMENT_STATUS_AUTHORIZED;
    case PaymentStatus::captured: return v1::PAYMENT_STATUS_CAPTURED;
    case PaymentStatus::declined: return v1::PAYMENT_STATUS_DECLINED;
    case PaymentStatus::voided: return v1::PAYMENT_STATUS_VOIDED;
    case PaymentStatus::partially_refunded: return v1::PAYMENT_STATUS_PARTIALLY_REFUNDED;
    case PaymentStatus::refunded: return v1::PAYMENT_STATUS_REFUNDED;
  }
  return v1::PAYMENT_STATUS_UNSPECIFIED;
}

}  // namespace souk::payment
