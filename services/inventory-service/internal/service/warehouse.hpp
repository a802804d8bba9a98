#pragma once

#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/shelf.hpp"
#include "internal/repository/hold_repository.hpp"
#include "internal/repository/stock_repository.hpp"
#include "messaging/outbox.hpp"
#include "middleware/metrics.hpp"
#include "runtime/call.hpp"

namespace souk::inventory {

/// Carries commands and movements out inside a transaction: locks first the holds and then the
/// stock, each in their order (so two transactions never wait for each other), lets the Shelf
/// decide, and writes back what changed in a few statements, however many the commands are.
///
/// Owned by the module, on its loop.
class Warehouse {
 public:
  /// `low`: the number of available units at or under which stock is low.
  Warehouse(const StockRepository& stock, const HoldRepository& holds, messaging::Outbox& outbox,
            Metrics& metrics, std::int64_t low);

  std::int64_t low() const { return low_; }

  /// One answer per command, in their order. `call` is what the events are traced to.
  Task<std::vector<Result<Reservation>>> apply(database::Transaction& tx, const rpc::Call& call,
                                               const std::vector<Command>& commands);

  /// Writes back what changed on the shelf, and publishes AvailabilityChanged where a SKU's coarse
  /// state did.
  void write_back(database::Transaction& tx, const rpc::Call& call, Shelf& shelf);

 private:
  void count(database::Transaction& tx, const std::vector<Command>& commands,
             const std::vector<Result<Reservation>>& answers);

  const StockRepository& stock_;
  const HoldRepository& holds_;
  messaging::Outbox& outbox_;
  prometheus::Counter& reserved_;
  prometheus::Counter& missing_;
  std::int64_t low_;
};

}  // namespace souk::inventory
