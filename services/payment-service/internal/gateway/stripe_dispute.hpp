#pragma once

#include <optional>

#include <boost/json/object.hpp>

#include "internal/models/dispute.hpp"

namespace souk::payment {

/// Stripe's dispute as JSON has it, without the time at which it was told. Empty for a currency or an
/// amount that cannot be ours. Throws what boost::json does for anything that is no dispute. Pure.
std::optional<Dispute> read_stripe_dispute(const boost::json::object& object);

}  // namespace souk::payment
