#pragma once

#include <array>
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "core/embedded.hpp"
#include "database/blocking.hpp"
#include "database/database.hpp"
#include "testing/test_database.hpp"

namespace souk::database {

inline constexpr EmbeddedFile kTestMigrations[] = {{"001_items.sql", R"(
-- +up
CREATE TABLE items (
  tenant_id uuid NOT NULL DEFAULT souk_tenant(),
  id uuid NOT NULL,
  name text NOT NULL,
  stock bigint NOT NULL DEFAULT 0 CONSTRAINT items_stock_not_negative CHECK (stock >= 0),
  CONSTRAINT items_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT items_name_taken UNIQUE (tenant_id, name)
);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON items USING (tenant_id = souk_tenant());

-- Breaks at COMMIT only.
CREATE TABLE promises (
  id int PRIMARY KEY,
  kept_by int CONSTRAINT promises_kept REFERENCES promises (id) DEFERRABLE INITIALLY DEFERRED
);
-- +down
DROP TABLE promises;
DROP TABLE items;
)"}};

inline std::span<const EmbeddedFile> test_migrations() { return kTestMigrations; }

/// What the tests of this folder share: the table above, and statements on it.
class DatabaseSuite : public testing::DatabaseTest<test_migrations> {
 protected:
  DatabaseSuite()
      : DatabaseTest(
            {{"items_name_taken", Kind::conflict, "name_taken", "that name is taken", "name"},
             {"promises_kept", Kind::conflict, "promise_broken", "promise broken"}}) {}

  static TenantId tenant(std::uint8_t number) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[15] = number;
    return TenantId{Uuid{bytes}};
  }

  Scope scope() const { return {tenant(1), in(std::chrono::seconds{10})}; }
  static std::chrono::steady_clock::time_point in(std::chrono::milliseconds span) {
    return std::chrono::steady_clock::now() + span;
  }

  Uuid next_id() { return ids.next(); }

  /// Runs as the superuser, on a connection of its own.
  static Rows admin(const std::string& sql, const std::vector<Param>& params = {}) {
    return BlockingConnection(test_database->admin_url()).run(sql, params);
  }

  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
};

inline constexpr Query kInsertItem{"item.insert",
                                   "INSERT INTO items (id, name, stock) VALUES ($1, $2, $3)"};
inline constexpr Query kCountItems{"item.count", "SELECT count(*) AS n FROM items"};
inline constexpr Query kItemStock{"item.stock", "SELECT stock FROM items WHERE id = $1"};
inline constexpr Query kSetStock{"item.set_stock", "UPDATE items SET stock = $2 WHERE id = $1"};
inline constexpr Query kSleep{"test.sleep", "SELECT pg_sleep($1)"};

}  // namespace souk::database
