#pragma once

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/uuid.hpp"

namespace souk::order {

/// Order ids are UUIDv7, so their order is the order of time. This one sorts before all others of
/// its millisecond.
OrderId first_order_id_at(Time time);

/// An id for an order of the past, which takes its place among those of its time.
OrderId order_id_at(Time time, Random& random);

/// When an order was placed, to the millisecond.
Time placed_at(OrderId id);

}  // namespace souk::order
