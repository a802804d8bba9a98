#pragma once

#include "redis/address.hpp"

namespace souk::redis {

/// Connects, logs in and runs a script, as a Client would. Throws Error{unavailable or
/// deadline_exceeded} that says what is wrong. Blocking; for a command line.
void check(const Address& address);

}  // namespace souk::redis
