#include "internal/models/order_id.hpp"

#include <algorithm>
#include <span>

namespace souk::order {
namespace {

/// RFC 9562 §5.7: 48 bits of milliseconds, the version, the variant; the rest is as given.
OrderId stamped(std::array<std::uint8_t, 16> bytes, Time time) {
  const auto since_epoch =
      std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(since_epoch, 0));
  for (unsigned i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0F));
  bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3F));
  return OrderId{Uuid{bytes}};
}

}  // namespace

OrderId first_order_id_at(Time time) { return stamped({}, time); }

Time placed_at(OrderId id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | id.uuid().bytes()[i];
  return Time{std::chrono::milliseconds{ms}};
}

OrderId order_id_at(Time time, Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(std::span{bytes}.subspan(6));
  return stamped(bytes, time);
}

}  // namespace souk::order
