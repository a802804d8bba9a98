#pragma once

#include <map>
#include <optional>
#include <vector>

#include "database/database.hpp"
#include "internal/models/shipping.hpp"

namespace souk::order {

/// The SQL of shipping_methods. Owned by ShippingMethods, on the module's loop.
class ShippingRepository {
 public:
  /// Outlives the repository.
  explicit ShippingRepository(database::Database& database) : database_(database) {}

  /// Those that the scope sees, by code: of kEveryTenant, every tenant's.
  Task<std::map<TenantId, std::vector<ShippingMethod>>> all(database::Scope scope);

  /// How many the tenant has; nobody else adds one until the transaction ends.
  static Task<std::int64_t> count_for_insert(database::Transaction& tx);
  /// Throws Error{conflict, "shipping_method_taken"}, at the commit at the latest.
  static void queue_insert(database::Transaction& tx, const ShippingMethod& method);

  /// All but its code and when it was created. Empty where there is no such method.
  Task<std::optional<ShippingMethod>> update(database::Scope scope, const ShippingMethod& method);
  /// False where there is none.
  Task<bool> remove(database::Scope scope, const std::string& code);

 private:
  database::Database& database_;
};

}  // namespace souk::order
