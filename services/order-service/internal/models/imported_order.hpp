#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/models/order.hpp"
#include "internal/models/refund.hpp"

namespace souk::order {

/// The provider of what was paid before the shop came here: known to no provider of ours.
inline constexpr char kImportedProvider[] = "imported";

/// An order of the past, from another system's books.
struct ImportedOrder {
  struct GivenBack {
    Money amount;
    Time at;
  };

  std::string external_id;  ///< importing the same one again changes nothing
  UserId user;
  std::vector<Item> items;
  Address shipping_address;
  Time placed_at;
  std::vector<GivenBack> refunds;
  std::optional<Time> cancelled_at;
  std::int64_t shipping_minor = 0;  ///< in the currency of the lines
};

/// What such an order becomes here.
struct History {
  Order order;
  std::vector<Event> stream;
  std::vector<Refund> refunds;
};

/// Lives the order through the aggregate, event by event, at the times of then: placed, confirmed,
/// and then cancelled and paid back, or fulfilled and delivered; refunds in their order. Throws
/// what the aggregate throws for what cannot have happened.
History live_through(const ImportedOrder& imported, TenantId tenant, std::string payment_id,
                     IdGenerator& ids, Random& random);

}  // namespace souk::order
