#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/uuid.hpp"

namespace souk::inventory {

using Sku = std::string;

/// What a shop page shows; an event tells of its changes only.
enum class Availability { in_stock, low_stock, out_of_stock };

std::string_view name(Availability availability);
/// Throws std::invalid_argument.
Availability parse_availability(std::string_view name);

/// The count of one SKU. 0 <= reserved <= on_hand, always.
struct Stock {
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  std::optional<Availability> announced;  ///< by the last event

  std::int64_t available() const { return on_hand - reserved; }
  /// `low`: the number of available units at or under which stock is low.
  Availability availability(std::int64_t low) const;
};

using StockBySku = std::map<Sku, Stock>;

enum class MovementKind { set, adjustment, sale, returned };

std::string_view name(MovementKind kind);

/// An entry of the ledger, before it has an id.
struct Movement {
  Sku sku;
  std::int64_t delta = 0;
  MovementKind kind = MovementKind::set;
  std::string reason = {};
  std::optional<OrderId> order = {};
};

/// An entry as it was written.
struct LedgerEntry {
  Uuid id;
  Sku sku;
  std::int64_t delta = 0;
  std::string kind;
  std::string reason;
  std::optional<OrderId> order;
  Time created_at;
};

}  // namespace souk::inventory
