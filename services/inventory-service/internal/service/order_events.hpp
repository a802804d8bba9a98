#pragma once

#include <vector>

#include "core/random.hpp"
#include "internal/service/warehouse.hpp"
#include "messaging/consumer.hpp"

namespace souk::inventory {

/// What orders tell: confirmed ones are sold, cancelled ones put back. Events that come together
/// are carried out together. Owned by the module, on its loop.
class OrderEvents {
 public:
  /// Registers itself with the consumer; outlives it.
  OrderEvents(messaging::Consumer& consumer, Warehouse& warehouse, Random& random);

 private:
  /// One command per event, in the consumer's transaction. Throws what the Shelf refuses with: such
  /// an event contradicts the order's hold, and ends as a dead letter for a person to look at.
  Task<> apply(database::Transaction& tx, std::vector<Command> commands,
               messaging::EventInfo first);

  Warehouse& warehouse_;
  Random& random_;
};

}  // namespace souk::inventory
