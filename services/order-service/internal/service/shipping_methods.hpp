#pragma once

#include <map>
#include <memory>
#include <vector>

#include "internal/repository/shipping_repository.hpp"
#include "middleware/log.hpp"
#include "order/shipping.pb.h"
#include "runtime/call.hpp"

namespace souk::order {

/// How the shop delivers: kept by administrators, read by every checkout. Checkouts read a copy in memory,
/// so that they ask nobody: a change counts at once in the process that made it, and everywhere after the
/// next refresh(). Whoever sends expected_total pays what was shown, or nothing.
/// Owned by the module, on its loop.
class ShippingMethods {
 public:
  using Methods = std::vector<ShippingMethod>;

  /// All of them outlive the use case.
  struct Parts {
    database::Database& database;
    const Clock& clock;
    Log& log;
    Currency shop_currency;
  };

  explicit ShippingMethods(Parts parts) : parts_(parts), repository_(parts.database) {}

  /// Reads them anew, of every tenant. The module calls it before it serves, and every few seconds.
  Task<> refresh();

  /// By code; never null.
  std::shared_ptr<const Methods> in_force(TenantId tenant) const;

  /// What delivers there, as of this moment.
  v1::ListShippingRatesReply rates(const rpc::Call& call,
                                   const v1::ListShippingRatesRequest& request) const;

  /// As the database has them.
  Task<Methods> list(const rpc::Call& call);

  /// Once per Idempotency-Key. Throws Error{conflict, "shipping_method_taken" |
  /// "too_many_shipping_methods"} and Error{validation_failed}.
  Task<v1::ShippingMethod> create(rpc::Call& call, const v1::CreateShippingMethodRequest& request);
  /// Throws Error{not_found} and Error{validation_failed}.
  Task<v1::ShippingMethod> update(const rpc::Call& call,
                                  const v1::UpdateShippingMethodRequest& request);
  Task<> remove(const rpc::Call& call, const std::string& code);

 private:
  Task<> changed();

  Parts parts_;
  ShippingRepository repository_;
  std::map<TenantId, std::shared_ptr<const Methods>> in_force_;
  /// Refreshes that began, and the one whose outcome stands: an older look does not hide a newer one.
  std::uint64_t begun_ = 0, shown_ = 0;
};

/// The method as replies show it.
v1::ShippingMethod to_message(const ShippingMethod& method);

}  // namespace souk::order
