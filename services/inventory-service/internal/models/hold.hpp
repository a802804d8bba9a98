#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/uuid.hpp"
#include "internal/models/stock.hpp"

namespace souk::inventory {

/// What an order wants of each SKU; one entry per SKU.
using Lines = std::map<Sku, std::int64_t>;

/// active -> released (the checkout failed, or was cancelled before the sale)
/// active -> claimed (sold) -> returned (cancelled after the sale)
/// An order that was released before anything was held gets a released hold without lines: a
/// Reserve that arrives late finds it. One that found too little stock is refused, and stays so:
/// its lines are what was missing. Whoever asks for it again hears the same.
enum class HoldState { active, refused, released, claimed, returned };

std::string_view name(HoldState state);
/// Throws std::invalid_argument.
HoldState parse_hold_state(std::string_view name);

struct Hold {
  HoldState state = HoldState::active;
  Lines lines;
};

using HoldByOrder = std::map<OrderId, Hold>;

}  // namespace souk::inventory
