#pragma once

#include <string>

#include "core/clock.hpp"
#include "core/random.hpp"

namespace souk::order {

/// What people say on the phone: "261122-7K3Q-X9AB", the day in UTC and 40 random bits in
/// Crockford's base32 (no I, L, O, U). Made without a sequence, so no checkout waits for another;
/// the database refuses a number that was given before (a chance of one in a million at a million
/// orders a day).
std::string make_order_number(Time now, Random& random);

}  // namespace souk::order
