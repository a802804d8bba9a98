#pragma once

#include "core/clock.hpp"
#include "internal/gateway/paypal_client.hpp"

namespace souk::payment::paypal {

/// What PayPal's transaction search shows of our payments in the year before `now`, with what was
/// refunded of each and what PayPal keeps, oldest first. Payments without a key of ours are of
/// somebody else who uses the account, and left out.
Task<Answer<LedgerPage>> read_ledger(Client& client, Time now, Deadline deadline);

}  // namespace souk::payment::paypal
