#pragma once

#include "database/rows.hpp"
#include "internal/models/payment.hpp"

namespace souk::payment {

/// A row of `payments`, whole.
Payment read_payment(const database::Row& row);

/// A row of `refunds` joined with its payment's order_id, currency, provider and
/// provider_reference.
Refund read_refund(const database::Row& row);

}  // namespace souk::payment
