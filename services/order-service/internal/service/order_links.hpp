#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/uuid.hpp"
#include "internal/models/order.hpp"
#include "security/signer.hpp"

namespace souk::order {

/// What a link in a mail about an order carries: whoever has the mail may look at that order, without
/// logging in, as he may read the mail; nobody can make one up. It changes nothing and does not expire.
/// For a guest who comes back on another device it is the only way. Immutable.
class OrderLinks {
 public:
  struct Target {
    TenantId tenant;
    OrderId order;
  };

  /// 32 bytes: the installation's key, from which one of its own is derived.
  explicit OrderLinks(std::span<const std::uint8_t> key)
      : signer_(security::SecretKey{key}, "order-link") {}

  std::string token(TenantId tenant, OrderId order) const;
  /// Empty for what is not ours.
  std::optional<Target> read(std::string_view token) const;

 private:
  security::Signer signer_;
};

}  // namespace souk::order
