#include "internal/service/warehouse.hpp"

#include <set>
#include <utility>

#include <prometheus/counter.h>

#include "core/failpoint.hpp"
#include "inventory/events.pb.h"

namespace souk::inventory {

using database::Transaction;

Warehouse::Warehouse(const StockRepository& stock, const HoldRepository& holds,
                     messaging::Outbox& outbox, Metrics& metrics, std::int64_t low)
    : stock_(stock),
      holds_(holds),
      outbox_(outbox),
      reserved_(metrics.counter("souk_reservations_total", "Reservations by outcome",
                                {{"outcome", "reserved"}})),
      missing_(metrics.counter("souk_reservations_total", "Reservations by outcome",
                               {{"outcome", "out_of_stock"}})),
      low_(low) {}

Task<std::vector<Result<Reservation>>> Warehouse::apply(Transaction& tx, const rpc::Call& call,
                                                        const std::vector<Command>& commands) {
  std::set<OrderId> orders;
  std::set<Sku> skus;
  for (const auto& command : commands) {
    orders.insert(command.order);
    for (const auto& [sku, quantity] : command.lines) skus.insert(sku);
  }
  auto holds = co_await holds_.lock(tx, orders);
  for (const auto& [order, hold] : holds) {
    for (const auto& [sku, quantity] : hold.lines) skus.insert(sku);
  }
  Shelf shelf{co_await stock_.lock(tx, skus), std::move(holds)};
  std::vector<Result<Reservation>> answers;
  for (const auto& command : commands) answers.push_back(shelf.apply(command));
  write_back(tx, call, shelf);
  count(tx, commands, answers);
  co_return answers;
}

void Warehouse::write_back(Transaction& tx, const rpc::Call& call, Shelf& shelf) {
  for (const auto& [sku, availability] : shelf.announce(low_)) {
    v1::AvailabilityChanged event;
    event.set_sku(sku);
    event.set_availability(std::string{name(availability)});
    outbox_.publish(tx, call, sku, event);
  }
  if (!failpoint::planted("inventory.no_ledger")) stock_.append(tx, shelf.movements());
  stock_.save(tx, shelf.changed_stock());
  holds_.insert(tx, shelf.new_holds());
  holds_.save(tx, shelf.changed_holds());
}

void Warehouse::count(Transaction& tx, const std::vector<Command>& commands,
                      const std::vector<Result<Reservation>>& answers) {
  int reserved = 0;
  int missing = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (commands[i].action != Action::reserve || !answers[i]) continue;
    ++(answers[i]->reserved ? reserved : missing);
  }
  tx.on_commit([this, reserved, missing] {
    reserved_.Increment(reserved);
    missing_.Increment(missing);
  });
}

}  // namespace souk::inventory
