#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "security/jwt.hpp"

namespace souk::security {

/// The payload of a token.
std::string claims_to_json(const Claims& claims);

/// Empty unless every claim is there (jti may be absent) and of its type.
std::optional<Claims> claims_from_json(std::string_view json);

}  // namespace souk::security
