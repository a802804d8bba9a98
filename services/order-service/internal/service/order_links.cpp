#include "internal/service/order_links.hpp"

#include <algorithm>

namespace souk::order {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

Uuid uuid_at(std::string_view bytes, std::size_t at) {
  Bytes id{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), id.size(), id.begin());
  return Uuid{id};
}

}  // namespace

std::string OrderLinks::token(TenantId tenant, OrderId order) const {
  std::string bytes;
  for (const auto& id : {tenant.uuid(), order.uuid()})
    bytes.append(id.bytes().begin(), id.bytes().end());
  return signer_.seal(bytes);
}

std::optional<OrderLinks::Target> OrderLinks::read(std::string_view token) const {
  const auto bytes = signer_.open(token);
  if (!bytes || bytes->size() != 2 * sizeof(Bytes)) return std::nullopt;
  return Target{TenantId{uuid_at(*bytes, 0)}, OrderId{uuid_at(*bytes, sizeof(Bytes))}};
}

}  // namespace souk::order
