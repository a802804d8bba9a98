#include "internal/repository/shipping_repository.hpp"

namespace souk::order {
namespace {

using database::Query;

constexpr Query kAllMethods{"shipping_method.all", "SELECT * FROM shipping_methods ORDER BY code"};
constexpr Query kMethodsInTurn{
    "shipping_method.lock",
    "SELECT pg_advisory_xact_lock(hashtextextended('souk shipping ' || souk_tenant(), 0))"};
constexpr Query kCountMethods{"shipping_method.count",
                              "SELECT count(*) AS methods FROM shipping_methods"};
constexpr Query kInsertMethod{"shipping_method.insert", R"(
  INSERT INTO shipping_methods (code, name, countries, currency, price, free_from, min_days,
                                max_days, active, created_at, updated_at)
  VALUES ($1, $2, $3::text[], $4, $5, $6, $7, $8, $9, $10, $10))"};
constexpr Query kUpdateMethod{"shipping_method.update", R"(
  UPDATE shipping_methods
  SET name = $2, countries = $3::text[], currency = $4, price = $5, free_from = $6, min_days = $7,
      max_days = $8, active = $9, updated_at = $10
  WHERE code = $1
  RETURNING *)"};
constexpr Query kRemoveMethod{"shipping_method.remove",
                              "DELETE FROM shipping_methods WHERE code = $1"};

ShippingMethod method_from_row(const database::Row& row) {
  const auto currency = Currency::from(row.get<std::string>("currency"));
  const auto free_from = row.get<std::optional<std::int64_t>>("free_from");
  return {.code = row.get<std::string>("code"),
          .name = row.get<std::string>("name"),
          .countries = row.get<std::vector<std::string>>("countries"),
          .price = {row.get<std::int64_t>("price"), currency},
          .free_from = free_from ? std::optional{Money{*free_from, currency}} : std::nullopt,
          .min_days = row.get<std::optional<std::int32_t>>("min_days"),
          .max_days = row.get<std::optional<std::int32_t>>("max_days"),
          .active = row.get<bool>("active"),
          .created_at = row.get<Time>("created_at"),
          .updated_at = row.get<Time>("updated_at")};
}

/// Calls `send` with what kInsertMethod and kUpdateMethod take.
template <class Send>
auto with_columns(const ShippingMethod& method, Send send) {
  const auto free_from =
      method.free_from ? std::optional{method.free_from->amount_minor()} : std::nullopt;
  return send(method.code, method.name, method.countries, method.price.currency().code(),
              method.price.amount_minor(), free_from, method.min_days, method.max_days,
              method.active, method.updated_at);
}

}  // namespace

Task<std::map<TenantId, std::vector<ShippingMethod>>> ShippingRepository::all(
    database::Scope scope) {
  std::map<TenantId, std::vector<ShippingMethod>> by_tenant;
  for (const auto& row : co_await database_.query(scope, kAllMethods))
    by_tenant[row.get<TenantId>("tenant_id")].push_back(method_from_row(row));
  co_return by_tenant;
}

Task<std::int64_t> ShippingRepository::count_for_insert(database::Transaction& tx) {
  tx.queue(kMethodsInTurn);
  co_return (co_await tx.query_one(kCountMethods)).get<std::int64_t>("methods");
}

void ShippingRepository::queue_insert(database::Transaction& tx, const ShippingMethod& method) {
  with_columns(method, [&](const auto&... columns) { tx.queue(kInsertMethod, columns...); });
}

Task<std::optional<ShippingMethod>> ShippingRepository::update(database::Scope scope,
                                                               const ShippingMethod& method) {
  const auto row = co_await with_columns(method, [&](const auto&... columns) {
    return database_.query_optional(scope, kUpdateMethod, columns...);
  });
  co_return row ? std::optional{method_from_row(*row)} : std::nullopt;
}

Task<bool> ShippingRepository::remove(database::Scope scope, const std::string& code) {
  co_return (co_await database_.query(scope, kRemoveMethod, code)).affected() > 0;
}

}  // namespace souk::order
