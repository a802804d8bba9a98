#pragma once

#include <optional>

#include <boost/json/value.hpp>

#include "internal/gateway/paypal_client.hpp"
#include "internal/models/dispute.hpp"

namespace souk::payment::paypal {

/// A dispute as its details show it. Empty for anything else; throws Error{invalid_time}. Pure.
std::optional<Dispute> read_dispute(const boost::json::value& details);

/// Those of the last half year, which is as far as PayPal looks back, each with its details.
Task<Answer<std::vector<Dispute>>> read_disputes(Client& client, Deadline deadline);

}  // namespace souk::payment::paypal
