#pragma once

#include "internal/models/saved_address.hpp"
#include "internal/models/session.hpp"
#include "internal/models/user.hpp"
#include "user/user.pb.h"

namespace souk::user {

/// The account as replies show it, stored ones (runtime/idempotency.hpp) included.
v1::User to_proto(const User& user);

/// Whether it is the caller's own is not its to know.
v1::OpenSession to_proto(const OpenSession& session);

v1::SavedAddress to_proto(const SavedAddress& saved);
PostalAddress from_proto(const common::v1::Address& proto);

}  // namespace souk::user
