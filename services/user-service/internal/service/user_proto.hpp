#pragma once

#include "internal/models/user.hpp"
#include "user/user.pb.h"

namespace souk::user {

/// The account as replies show it, stored ones (runtime/idempotency.hpp) included.
v1::User to_proto(const User& user);

}  // namespace souk::user
