#include "internal/repository/user_repository.hpp"

#include <unordered_map>
#include <unordered_set>

namespace souk::user {
namespace repository {
namespace {

using database::Query;

/// Above every id that a generator makes.
const UserId kPastTheNewest{kEveryTenant.uuid()};

constexpr Query kInsertUser{"user.insert", R"(
  INSERT INTO users (id, email, password_hash, full_name, roles, locale, created_at, updated_at)
  VALUES ($1, $2, nullif($3, ''), $4, $5::text[], $6, $7, $7))"};
// Of guests there may be many at one address; nobody is looked up by it but who has registered it.
constexpr Query kByEmail{"user.by_email", R"(
  SELECT * FROM users WHERE email = $1 AND NOT 'guest' = ANY (roles))"};
constexpr Query kGuestsByEmail{"user.guests_by_email", R"(
  SELECT id FROM users WHERE email = $1 AND 'guest' = ANY (roles) ORDER BY id DESC LIMIT $2)"};
constexpr Query kById{"user.by_id", "SELECT * FROM users WHERE id = $1"};
// FOR SHARE waits for whoever disables the account or changes its password, and lets logins of the
// same account in side by side.
constexpr Query kHold{"user.hold", R"(
  SELECT id FROM users WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL FOR SHARE)"};
constexpr Query kReplacePassword{"user.replace_password", R"(
  UPDATE users SET password_hash = $3, updated_at = greatest(updated_at, $4)
  WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL
  RETURNING id)"};
constexpr Query kUpdateProfile{"user.update_profile", R"(
  UPDATE users SET full_name = coalesce($2, full_name), phone = coalesce($3, phone),
                   locale = coalesce($4, locale), updated_at = $5
  WHERE id = $1
  RETURNING *)"};
constexpr Query kSetPassword{"user.set_password", R"(
  UPDATE users SET password_hash = $2, updated_at = greatest(updated_at, $3) WHERE id = $1)"};
constexpr Query kSetEmail{"user.set_email", R"(
  UPDATE users SET email = $2, email_verified = true, updated_at = greatest(updated_at, $3)
  WHERE id = $1 AND (email <> $2 OR NOT email_verified))"};
constexpr Query kPage{"user.page", R"(
  SELECT * FROM users
  WHERE id < $1 AND ($2 = '' OR $2 = ANY (roles))
    AND ($3 = '' OR email ILIKE $3 OR full_name ILIKE $3)
  ORDER BY id DESC LIMIT $4)"};
constexpr Query kLockUser{"user.lock", "SELECT * FROM users WHERE id = $1 FOR NO KEY UPDATE"};
constexpr Query kLockAdmins{"user.lock_admins", R"(
  SELECT id FROM users WHERE 'admin' = ANY (roles) AND disabled_at IS NULL
  ORDER BY id FOR NO KEY UPDATE)"};
constexpr Query kSetRoles{"user.set_roles", R"(
  UPDATE users SET roles = $2::text[], updated_at = $3 WHERE id = $1 RETURNING *)"};
constexpr Query kSetDisabled{"user.set_disabled", R"(
  UPDATE users SET disabled_at = CASE WHEN $2 THEN $3::timestamptz END, updated_at = $3
  WHERE id = $1
  RETURNING *)"};
// In the order of the external ids, so that two imports cannot wait for each other.
constexpr Query kClaimExternal{"external_account.claim", R"(
  INSERT INTO external_accounts (external_id, user_id)
  SELECT external_id, user_id FROM unnest($1::text[], $2::uuid[]) AS new (external_id, user_id)
  ORDER BY external_id
  ON CONFLICT ON CONSTRAINT external_accounts_once DO NOTHING
  RETURNING user_id)"};
constexpr Query kInsertImported{"user.insert_imported", R"(
  INSERT INTO users (id, email, full_name, roles, created_at, updated_at)
  SELECT id, email, full_name, ARRAY['customer'], $4, $4
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS new (id, email, full_name)
  ORDER BY email)"};
constexpr Query kOfExternal{"external_account.users", R"(
  SELECT external_id, user_id FROM external_accounts WHERE external_id = ANY ($1::text[]))"};

User read_user(const database::Row& row) {
  return {.id = row.get<UserId>("id"),
          .email = row.get<std::string>("email"),
          .full_name = row.get<std::string>("full_name"),
          .phone = row.get<std::string>("phone"),
          .locale = row.get<std::string>("locale"),
          .roles = row.get<std::vector<std::string>>("roles"),
          .email_verified = row.get<bool>("email_verified"),
          .disabled = !row.is_null("disabled_at"),
          .created_at = row.get<Time>("created_at"),
          .updated_at = row.get<Time>("updated_at")};
}

std::optional<User> read_optional(const std::optional<database::Row>& row) {
  return row ? std::optional{read_user(*row)} : std::nullopt;
}

std::optional<Account> read_account(const std::optional<database::Row>& row) {
  if (!row) return std::nullopt;
  return Account{
      .user = read_user(*row),
      .password_hash = row->get<std::optional<std::string>>("password_hash").value_or("")};
}

/// The ILIKE pattern for "contains this text", whatever is in it.
std::string containing(const std::string& text) {
  if (text.empty()) return {};
  std::string pattern = "%";
  for (const char character : text) {
    if (character == '%' || character == '_' || character == '\\') pattern += '\\';
    pattern += character;
  }
  return pattern += '%';
}

void insert_claimed(database::Transaction& tx, const std::vector<ImportedUser>& users,
                    const std::vector<UserId>& ids, const std::unordered_set<UserId>& claimed,
                    Time now) {
  std::vector<UserId> new_ids;
  std::vector<std::string> emails;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (!claimed.contains(ids[i])) continue;
    new_ids.push_back(ids[i]);
    emails.push_back(users[i].email);
    names.push_back(users[i].full_name);
  }
  if (!new_ids.empty()) tx.queue(kInsertImported, new_ids, emails, names, now);
}

}  // namespace

void insert_user(database::Transaction& tx, const Account& account) {
  const auto& user = account.user;
  tx.queue(kInsertUser, user.id, user.email, account.password_hash, user.full_name, user.roles,
           user.locale, user.created_at);
}

Task<std::optional<Account>> find_account(database::Database& database, database::Scope scope,
                                          const std::string& email) {
  co_return read_account(co_await database.query_optional(scope, kByEmail, email));
}

Task<std::vector<UserId>> guests_at(database::Database& database, database::Scope scope,
                                    const std::string& email, int limit) {
  std::vector<UserId> guests;
  for (const auto& row : co_await database.query(scope, kGuestsByEmail, email, limit))
    guests.push_back(row.get<UserId>("id"));
  co_return guests;
}

Task<std::optional<Account>> find_account(database::Database& database, database::Scope scope,
                                          UserId id) {
  co_return read_account(co_await database.query_optional(scope, kById, id));
}

Task<bool> hold_account(database::Transaction& tx, const Account& account) {
  const auto rows = co_await tx.query(kHold, account.user.id, account.password_hash);
  co_return !rows.empty();
}

Task<bool> replace_password(database::Transaction& tx, const Account& account,
                            const std::string& hash, Time now) {
  const auto rows =
      co_await tx.query(kReplacePassword, account.user.id, account.password_hash, hash, now);
  co_return !rows.empty();
}

Task<std::optional<User>> update_profile(database::Transaction& tx, UserId id,
                                         const ProfileChange& change, Time now) {
  co_return read_optional(co_await tx.query_optional(kUpdateProfile, id, change.full_name,
                                                     change.phone, change.locale, now));
}

void set_password(database::Transaction& tx, UserId id, const std::string& hash, Time now) {
  tx.queue(kSetPassword, id, hash, now);
}

void set_email(database::Transaction& tx, UserId id, const std::string& email, Time now) {
  tx.queue(kSetEmail, id, email, now);
}

Task<std::vector<User>> page(database::Database& database, database::Scope scope,
                             const UserFilter& filter, const std::optional<UserId>& before,
                             int limit) {
  const auto rows = co_await database.query(scope, kPage, before.value_or(kPastTheNewest),
                                            filter.role, containing(filter.query), limit);
  std::vector<User> users;
  for (const auto& row : rows) users.push_back(read_user(row));
  co_return users;
}

Task<std::optional<User>> lock_user(database::Transaction& tx, UserId id) {
  co_return read_optional(co_await tx.query_optional(kLockUser, id));
}

Task<std::vector<UserId>> lock_admins(database::Transaction& tx) {
  std::vector<UserId> admins;
  for (const auto& row : co_await tx.query(kLockAdmins)) admins.push_back(row.get<UserId>("id"));
  co_return admins;
}

Task<User> set_roles(database::Transaction& tx, UserId id, const std::vector<std::string>& roles,
                     Time now) {
  co_return read_user(co_await tx.query_one(kSetRoles, id, roles, now));
}

Task<User> set_disabled(database::Transaction& tx, UserId id, bool disabled, Time now) {
  co_return read_user(co_await tx.query_one(kSetDisabled, id, disabled, now));
}

Task<std::vector<UserId>> import_users(database::Transaction& tx,
                                       const std::vector<ImportedUser>& users,
                                       const std::vector<UserId>& ids, Time now) {
  std::vector<std::string> external_ids;
  for (const auto& user : users) external_ids.push_back(user.external_id);
  std::unordered_set<UserId> claimed;
  for (const auto& row : co_await tx.query(kClaimExternal, external_ids, ids)) {
    claimed.insert(row.get<UserId>("user_id"));
  }
  insert_claimed(tx, users, ids, claimed, now);

  std::unordered_map<std::string, UserId> of_external;
  for (const auto& row : co_await tx.query(kOfExternal, external_ids)) {
    of_external.emplace(row.get<std::string>("external_id"), row.get<UserId>("user_id"));
  }
  std::vector<UserId> accounts;
  for (const auto& external_id : external_ids) accounts.push_back(of_external.at(external_id));
  co_return accounts;
}

}  // namespace repository

std::vector<database::ConstraintRule> user_constraints() {
  return {{"users_email_once", Kind::conflict, "email_taken",
           "There is an account with this e-mail address already.", "email"}};
}

}  // namespace souk::user
