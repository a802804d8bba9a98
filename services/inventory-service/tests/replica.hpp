#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "internal/service/reservations.hpp"
#include "internal/service/stock_keeping.hpp"
#include "testing/test_database.hpp"
#include "testing/world.hpp"

std::span<const souk::EmbeddedFile> souk_inventory_service_migrations();

namespace souk::inventory {

/// One process of the service, less its handler: a pool, a batcher, and all that stands on them.
struct Replica {
  Replica(testing::World& world, const testing::TestDatabase& where)
      : database(
            world.loop.get_executor(),
            {.url = where.app_url(),
             .constraints = StockRepository::constraints(),
             .application_name = "replica",
             .max_connections = 8,
             .observer = [this](const auto& event) { failed_statements += event.ok ? 0 : 1; }}),
        outbox(world.ids, world.clock),
        stock(world.ids, world.clock),
        warehouse(stock, holds, outbox, world.metrics, 5),
        reservations(world.loop.get_executor(), database, warehouse),
        keeping(database, stock, warehouse) {}

  int failed_statements = 0;
  database::Database database;
  messaging::Outbox outbox;
  StockRepository stock;
  HoldRepository holds;
  Warehouse warehouse;
  Reservations reservations;
  StockKeeping keeping;
};

/// A database per suite, two replicas per test; afterwards the ledger and the holds have to agree
/// with the counts, whatever the test did.
class InventoryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void TearDown() override;

  OrderId new_order() { return OrderId{world.ids.next()}; }
  void set(const Sku& sku, std::int64_t on_hand) {
    world.run(first.keeping.set(world.call(), sku, on_hand));
  }
  Stock stock(const Sku& sku) { return world.run(first.keeping.get(world.call(), sku)); }
  /// "ok", "missing" or the code of the error.
  Task<std::string> ask(Replica& replica, Command command);
  std::string ask_now(Command command) { return world.run(ask(first, std::move(command))); }
  std::int64_t count(const std::string& sql);
  void as_owner(const std::string& sql);

  static inline std::unique_ptr<testing::TestDatabase> where;
  testing::World world;
  Replica first{world, *where};
  Replica second{world, *where};
};

}  // namespace souk::inventory
