#pragma once

#include <string>
#include <string_view>

#include "core/uuid.hpp"
#include "security/token.hpp"

namespace souk::user {

/// What somebody logs in from, as its owner would call it: "Firefox, Windows"; "App" where the client
/// does not say. Versions change by themselves and are left out.
std::string device_name(std::string_view user_agent);

/// Stands for one account's device: its name and the network (the first half of an IPv4 address, /32 of
/// an IPv6 one: what a provider's customers move about in).
security::TokenDigest device_digest(UserId user, std::string_view name, std::string_view address);

}  // namespace souk::user
