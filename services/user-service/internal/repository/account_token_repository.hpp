#pragma once

#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/account_token.hpp"

namespace souk::user::repository {

/// The SQL of account_tokens and known_devices. Stateless.

void insert_token(database::Transaction& tx, const AccountToken& token, Time now);

/// How many of this purpose the account has been sent after `since`.
Task<std::int64_t> tokens_since(database::Transaction& tx, UserId user, TokenPurpose purpose,
                                Time since);

/// A token that is still good.
Task<std::optional<AccountToken>> find_token(database::Database& database, database::Scope scope,
                                             const security::TokenDigest& digest, Time now);
/// Uses it up; false where somebody else has, or it is over.
Task<bool> use_token(database::Transaction& tx, const security::TokenDigest& digest, Time now);
/// Every token of the account becomes worthless.
void drop_tokens(database::Transaction& tx, UserId user, Time now);

/// Notes that the device was used. True where the account has others but never had this one.
Task<bool> note_device(database::Transaction& tx, UserId user, const security::TokenDigest& device,
                       Time now);

/// Forgets what is over, of every tenant: tokens, and devices not seen since `unseen_since`.
Task<> purge_tokens(database::Database& database, database::Scope scope, Time now,
                    Time unseen_since);

}  // namespace souk::user::repository
