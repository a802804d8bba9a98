#include "replica.hpp"

#include "database/blocking.hpp"

namespace souk::inventory {

void InventoryTest::SetUpTestSuite() {
  where = std::make_unique<testing::TestDatabase>(souk_inventory_service_migrations());
}

void InventoryTest::TearDownTestSuite() { where.reset(); }

void InventoryTest::TearDown() {
  EXPECT_EQ(count("SELECT count(*) AS n FROM stock WHERE on_hand <> (SELECT coalesce(sum(delta), 0)"
                  " FROM movements m WHERE m.tenant_id = stock.tenant_id AND m.sku = stock.sku)"),
            0)
      << "on_hand is not the sum of the movements";
  EXPECT_EQ(
      count("SELECT count(*) AS n FROM stock WHERE reserved <> ("
            " SELECT coalesce(sum(value::bigint), 0) FROM holds, jsonb_each_text(lines)"
            " WHERE key = stock.sku AND state = 'active' AND holds.tenant_id = stock.tenant_id)"),
      0)
      << "reserved is not what active holds hold";
  EXPECT_EQ(
      count("SELECT count(*) AS n FROM stock WHERE NOT (0 <= reserved AND reserved <= on_hand)"),
      0);
  as_owner("TRUNCATE stock, movements, holds, outbox, inbox, dead_letters, idempotency_keys");
}

Task<std::string> InventoryTest::ask(Replica& replica, Command command) {
  try {
    const auto answer = co_await replica.reservations.submit(world.call(), std::move(command));
    co_return answer.reserved ? "ok" : "missing";
  } catch (const Error& error) {
    co_return error.code;
  }
}

std::int64_t InventoryTest::count(const std::string& sql) {
  return database::BlockingConnection{where->admin_url()}.run(sql).front().get<std::int64_t>("n");
}

void InventoryTest::as_owner(const std::string& sql) {
  database::BlockingConnection{where->admin_url()}.run_script(sql);
}

}  // namespace souk::inventory
