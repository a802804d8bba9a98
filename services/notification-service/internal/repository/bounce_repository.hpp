#pragma once

#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/message.hpp"

namespace souk::notification::repository {

/// The SQL of bounced_addresses. Stateless; addresses come in lower case.

Task<> save_bounce(database::Database& database, database::Scope scope, const Bounce& bounce);

/// The newest first.
Task<std::vector<Bounce>> bounces(database::Database& database, database::Scope scope, int limit);

/// The address may be written to again; whether it had bounced.
Task<bool> forget_bounce(database::Database& database, database::Scope scope,
                         const std::string& email);

}  // namespace souk::notification::repository
