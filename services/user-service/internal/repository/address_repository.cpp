#include "internal/repository/address_repository.hpp"

namespace souk::user::repository {
namespace {

using database::Query;

constexpr Query kOfUser{"address.of_user", R"(
  SELECT * FROM saved_addresses WHERE user_id = $1 ORDER BY is_default DESC, id DESC)"};
constexpr Query kCount{"address.count",
                       "SELECT count(*) AS addresses FROM saved_addresses WHERE user_id = $1"};
constexpr Query kClearDefault{
    "address.clear_default",
    "UPDATE saved_addresses SET is_default = false WHERE user_id = $1 AND is_default"};
constexpr Query kInsert{"address.insert", R"(
  INSERT INTO saved_addresses (id, user_id, label, full_name, line1, line2, city, region,
                               postal_code, country, is_default, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12))"};
constexpr Query kUpdate{"address.update", R"(
  UPDATE saved_addresses
  SET label = $3, full_name = $4, line1 = $5, line2 = $6, city = $7, region = $8,
      postal_code = $9, country = $10, is_default = is_default OR $11, updated_at = $12
  WHERE id = $1 AND user_id = $2
  RETURNING *)"};
constexpr Query kDelete{"address.delete",
                        "DELETE FROM saved_addresses WHERE id = $1 AND user_id = $2 RETURNING *"};
constexpr Query kAppointDefault{"address.appoint_default", R"(
  UPDATE saved_addresses SET is_default = true
  WHERE id = (SELECT id FROM saved_addresses WHERE user_id = $1 ORDER BY id DESC LIMIT 1))"};

SavedAddress read_address(const database::Row& row) {
  return {.id = row.get<AddressId>("id"),
          .user = row.get<UserId>("user_id"),
          .label = row.get<std::string>("label"),
          .address = {.full_name = row.get<std::string>("full_name"),
                      .line1 = row.get<std::string>("line1"),
                      .line2 = row.get<std::optional<std::string>>("line2"),
                      .city = row.get<std::string>("city"),
                      .region = row.get<std::optional<std::string>>("region"),
                      .postal_code = row.get<std::string>("postal_code"),
                      .country = row.get<std::string>("country")},
          .is_default = row.get<bool>("is_default"),
          .created_at = row.get<Time>("created_at"),
          .updated_at = row.get<Time>("updated_at")};
}

std::optional<SavedAddress> read_optional(const std::optional<database::Row>& row) {
  return row ? std::optional{read_address(*row)} : std::nullopt;
}

/// Calls `send` with what kInsert and kUpdate take.
template <class Send>
auto with_columns(const SavedAddress& saved, Send send) {
  const auto& address = saved.address;
  return send(saved.id, saved.user, saved.label, address.full_name, address.line1, address.line2,
              address.city, address.region, address.postal_code, address.country, saved.is_default,
              saved.updated_at);
}

}  // namespace

Task<std::vector<SavedAddress>> addresses(database::Database& database, database::Scope scope,
                                          UserId user) {
  std::vector<SavedAddress> all;
  for (const auto& row : co_await database.query(scope, kOfUser, user))
    all.push_back(read_address(row));
  co_return all;
}

Task<std::int64_t> count_addresses(database::Transaction& tx, UserId user) {
  co_return (co_await tx.query_one(kCount, user)).get<std::int64_t>("addresses");
}

void clear_default(database::Transaction& tx, UserId user) { tx.queue(kClearDefault, user); }

void insert_address(database::Transaction& tx, const SavedAddress& address) {
  with_columns(address, [&](const auto&... columns) { tx.queue(kInsert, columns...); });
}

Task<std::optional<SavedAddress>> update_address(database::Transaction& tx,
                                                 const SavedAddress& address) {
  co_return read_optional(co_await with_columns(
      address, [&](const auto&... columns) { return tx.query_optional(kUpdate, columns...); }));
}

Task<std::optional<SavedAddress>> delete_address(database::Transaction& tx, UserId user,
                                                 AddressId id) {
  co_return read_optional(co_await tx.query_optional(kDelete, id, user));
}

void appoint_default(database::Transaction& tx, UserId user) { tx.queue(kAppointDefault, user); }

}  // namespace souk::user::repository
