#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/user.hpp"

namespace souk::user {

/// What the constraints of this service's tables mean to a client; for DatabaseOptions.
std::vector<database::ConstraintRule> user_constraints();

struct UserFilter {
  std::string query;  ///< part of a name or an address; empty: all
  std::string role;   ///< empty: any
};

/// What becomes of a profile; absent values stay as they are.
struct ProfileChange {
  std::optional<std::string> full_name;
  std::optional<std::string> phone;
  std::optional<std::string> locale;
};

/// A customer of another system.
struct ImportedUser {
  std::string external_id;
  std::string email;
  std::string full_name;
};

/// The SQL of users and external_accounts. Stateless; e-mail addresses come in their normal
/// spelling.
namespace repository {

/// Throws Error{conflict, "email_taken"}, at the commit at the latest.
void insert_user(database::Transaction& tx, const Account& account);

/// By its address: guests are not found.
Task<std::optional<Account>> find_account(database::Database& database, database::Scope scope,
                                          const std::string& email);
Task<std::optional<Account>> find_account(database::Database& database, database::Scope scope,
                                          UserId id);
/// Those who gave an address without proof, the newest first.
Task<std::vector<UserId>> guests_at(database::Database& database, database::Scope scope,
                                    const std::string& email, int limit);

/// Locks the account against being changed (others may still log in) and says whether it is still
/// what it was when its password was checked: enabled, and with that password.
Task<bool> hold_account(database::Transaction& tx, const Account& account);

/// Sets the hash where it is still what `account` says and the account is enabled; whether it did.
Task<bool> replace_password(database::Transaction& tx, const Account& account,
                            const std::string& hash, Time now);

/// Empty where there is no such account.
Task<std::optional<User>> update_profile(database::Transaction& tx, UserId id,
                                         const ProfileChange& change, Time now);

/// The caller has the account locked and knows that it may.
void set_password(database::Transaction& tx, UserId id, const std::string& hash, Time now);
/// The address is the account's, and confirmed. Throws Error{conflict, "email_taken"}, at the commit at
/// the latest.
void set_email(database::Transaction& tx, UserId id, const std::string& email, Time now);

/// Newest first, below `before`.
Task<std::vector<User>> page(database::Database& database, database::Scope scope,
                             const UserFilter& filter, const std::optional<UserId>& before,
                             int limit);

Task<std::optional<User>> lock_user(database::Transaction& tx, UserId id);
/// Locks every enabled administrator: who holds them can tell which is the last one.
Task<std::vector<UserId>> lock_admins(database::Transaction& tx);
Task<User> set_roles(database::Transaction& tx, UserId id, const std::vector<std::string>& roles,
                     Time now);
Task<User> set_disabled(database::Transaction& tx, UserId id, bool disabled, Time now);

/// Makes the accounts that are missing, with `ids` (one for each of `users`), and gives the
/// accounts of all, in order. Throws Error{conflict, "email_taken"}.
Task<std::vector<UserId>> import_users(database::Transaction& tx,
                                       const std::vector<ImportedUser>& users,
                                       const std::vector<UserId>& ids, Time now);

}  // namespace repository
}  // namespace souk::user
