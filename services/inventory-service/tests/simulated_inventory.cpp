#include "internal/repository/hold_repository.hpp"
#include "internal/repository/stock_repository.hpp"
#include "internal/service/reservations.hpp"
#include "internal/service/warehouse.hpp"
#include "order/events.pb.h"
#include "tests/simulation/nodes.hpp"

/// inventory-service in the simulation: its own code on tables in memory.
namespace souk::inventory {
namespace {

using database::Transaction;

class Books final : public simulation::InventoryBooks {
 public:
  Books(simulation::World& its_world, const simulation::PlantedFaults& its_faults)
      : InventoryBooks(its_world), planted(its_faults) {}

  void stock_up(const simulation::Lines& amounts) override {
    for (const auto& [sku, on_hand] : amounts) {
      stock.seed(sku, Stock{.on_hand = on_hand, .reserved = 0, .announced = std::nullopt});
      ledger.seed(sku, on_hand);
    }
  }
  std::map<std::string, Count> counts() const override {
    std::map<std::string, Count> all;
    for (const auto& [sku, row] : stock) all[sku] = {row.on_hand, row.reserved, *ledger.find(sku)};
    return all;
  }
  std::vector<simulation::HoldFact> holds() const override {
    std::vector<simulation::HoldFact> all;
    for (const auto& [order, hold] : held)
      all.push_back({order, std::string{name(hold.state)}, hold.lines});
    return all;
  }

  const simulation::PlantedFaults& planted;
  simulation::Table<Sku, Stock> stock;
  simulation::Table<Sku, std::int64_t> ledger;
  simulation::Table<OrderId, Hold> held;
};

Books& books() { return simulation::store<Books>(); }

class Service final : public simulation::InventoryNode {
 public:
  Service(simulation::Process& its_process, Books& its_books)
      : InventoryNode(its_process, its_books) {
    process.spawn(relay());
    if (its_books.planted.holds_expire) process.spawn(let_holds_expire());
  }

  Task<std::vector<std::string>> reserve(rpc::Call call, OrderId order,
                                         simulation::Lines lines) override {
    call.check_deadline();
    const Command command{.action = Action::reserve, .order = order, .lines = std::move(lines)};
    const auto answer = co_await reservations_.submit(call, command);
    co_return answer.reserved ? std::vector<std::string>{} : answer.missing;
  }
  Task<bool> release(rpc::Call call, OrderId order) override {
    call.check_deadline();
    co_return (co_await reservations_.submit(call, {.action = Action::release, .order = order}))
        .reserved;
  }

 private:
  /// As OrderEvents has it.
  Task<> apply(Transaction& tx, const simulation::Envelope& event) override {
    const auto call =
        rpc::Call::background("inventory-service", std::chrono::minutes{1}, process.world.dice);
    const bool sold = event.topic == "order.confirmed";
    Command command{.action = sold ? Action::claim : Action::cancel};
    if (sold) {
      order::v1::OrderConfirmed message;
      message.ParseFromString(event.payload);
      command.order = OrderId::from(message.order().id());
    } else {
      order::v1::OrderCancelled message;
      message.ParseFromString(event.payload);
      command.order = OrderId::from(message.order().id());
    }
    for (const auto& answer : co_await warehouse_.apply(tx, call, {command})) {
      if (!answer) throw Error{answer.error()};
    }
  }

  /// The planted bug: what is held for three seconds is given back.
  Task<> let_holds_expire() {
    for (;;) {
      co_await simulation::pause(std::chrono::seconds{3});
      for (const auto& hold : static_cast<Books&>(store).holds()) {
        if (hold.state != "active") continue;
        const auto call =
            rpc::Call::background("clock", std::chrono::seconds{5}, process.world.dice);
        try {
          co_await reservations_.submit(call, {.action = Action::release, .order = hold.order});
        } catch (const Error&) {
        }
      }
    }
  }

  messaging::Outbox outbox_{process.ids, process.clock};
  StockRepository stock_{process.ids, process.clock};
  HoldRepository holds_;
  Warehouse warehouse_{stock_, holds_, outbox_, simulation::no_metrics(), 5};
  Reservations reservations_{process.executor(), database, warehouse_};
};

}  // namespace

Task<HoldByOrder> HoldRepository::lock(Transaction&, const std::set<OrderId>& orders) const {
  HoldByOrder holds;
  for (const auto& order : orders) {
    if (const auto* hold = books().held.find(order)) holds.emplace(order, *hold);
  }
  co_return holds;
}

void HoldRepository::insert(Transaction&, const HoldByOrder& holds) const {
  for (const auto& [order, hold] : holds) {
    const bool forgotten = books().planted.refusal_forgotten && hold.state == HoldState::refused;
    if (!forgotten) books().held.put(order, hold);
  }
}

void HoldRepository::save(Transaction&, const HoldByOrder& changed) const {
  for (const auto& [order, hold] : changed) books().held.put(order, hold);
}

Task<StockBySku> StockRepository::lock(Transaction&, const std::set<Sku>& skus) const {
  StockBySku stock;
  for (const auto& sku : skus) {
    if (const auto* row = books().stock.find(sku)) stock.emplace(sku, *row);
  }
  co_return stock;
}

void StockRepository::save(Transaction&, const StockBySku& changed) const {
  for (const auto& [sku, row] : changed) {
    if (row.reserved < 0 || row.reserved > row.on_hand)
      books().world.violated(fmt::format("{}: {} reserved of {}", sku, row.reserved, row.on_hand));
    books().stock.put(sku, row);
  }
}

void StockRepository::append(Transaction&, const std::vector<Movement>& movements) const {
  for (const auto& movement : movements) {
    books().ledger.change(movement.sku, [&](auto& sum) { sum += movement.delta; });
  }
}

std::unique_ptr<simulation::InventoryBooks> simulated_books(
    simulation::World& world, const simulation::PlantedFaults& planted) {
  return std::make_unique<Books>(world, planted);
}

std::shared_ptr<simulation::Node> simulated_node(simulation::Process& process,
                                                 simulation::InventoryBooks& its_books) {
  return std::make_shared<Service>(process, static_cast<Books&>(its_books));
}

}  // namespace souk::inventory
