#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "apps/souk/import/order_message.hpp"
#include "apps/souk/online_retail/dataset.hpp"
#include "backend.hpp"

namespace souk::app {

struct OrderImport {
  int created = 0;
  int existing = 0;
  /// What the shop's books say of these orders afterwards, those that existed included: their totals
  /// less their refunds.
  std::int64_t worth_minor = 0;
  /// Those that are worth something else than the file says: "FILE:LINE: …".
  std::vector<std::string> differing;
};

/// Takes the file's orders over, in requests of a size that gRPC takes. What is there already is left
/// as it is, so that an import that was killed goes on. Throws what order-service throws, with the
/// line of the file that it concerns.
OrderImport import_orders(Backend& backend, const online_retail::Dataset& dataset,
                          const OrderMessages& messages);

/// "FILE:LINE: why" for what order-service says of a request that held `batch`: the fields of its
/// errors are called "orders[3].items[5].quantity".
Error with_line(const std::string& file, std::span<const online_retail::Order> batch,
                const Error& error);

}  // namespace souk::app
