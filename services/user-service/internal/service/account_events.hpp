#pragma once

#include "internal/models/user.hpp"
#include "messaging/outbox.hpp"

namespace souk::user {

std::int64_t to_milliseconds(Time time);

/// What more than one use case tells of an account. Each queues its event in `tx`.

void publish_guest(database::Transaction& tx, messaging::Outbox& outbox, const rpc::Call& call,
                   const User& guest);

void publish_password_changed(database::Transaction& tx, messaging::Outbox& outbox,
                              const rpc::Call& call, UserId user, Time now);

void publish_new_device(database::Transaction& tx, messaging::Outbox& outbox, const rpc::Call& call,
                        UserId user, const std::string& device, Time now);

}  // namespace souk::user
