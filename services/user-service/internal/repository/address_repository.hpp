#pragma once

#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/saved_address.hpp"

/// The SQL of saved_addresses. Stateless. Whoever changes them has the account locked, so that there are
/// never too many, and always one default.
namespace souk::user::repository {

/// The default one first, then the newest.
Task<std::vector<SavedAddress>> addresses(database::Database& database, database::Scope scope,
                                          UserId user);

Task<std::int64_t> count_addresses(database::Transaction& tx, UserId user);

/// None is the default until another one is.
void clear_default(database::Transaction& tx, UserId user);

void insert_address(database::Transaction& tx, const SavedAddress& address);

/// Label and address; what was the default stays it. Empty where the user has no such address.
Task<std::optional<SavedAddress>> update_address(database::Transaction& tx,
                                                 const SavedAddress& address);

/// The address as it was; empty where the user has no such one.
Task<std::optional<SavedAddress>> delete_address(database::Transaction& tx, UserId user,
                                                 AddressId id);

/// The newest one becomes the default.
void appoint_default(database::Transaction& tx, UserId user);

}  // namespace souk::user::repository
