#pragma once

#include <span>

#include "internal/models/payment.hpp"
#include "messaging/outbox.hpp"

namespace souk::payment {

/// Tells of money that was taken (PaymentCaptured), in the transaction that records it. Nothing for a
/// payment that ended otherwise, or that belongs to no account.
void publish_captured(messaging::Outbox& outbox, database::Transaction& tx, const rpc::Call& call,
                      std::span<const Payment> payments);

}  // namespace souk::payment
