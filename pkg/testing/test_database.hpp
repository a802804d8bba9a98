#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "core/embedded.hpp"
#include "database/database.hpp"
#include "testing/run.hpp"

namespace souk::testing {

/// A fresh, migrated database for tests; dropped with the object. It lives in one private cluster
/// per test program (durability off; gone when the program ends, however it ends), or in the
/// running one whose socket folder or host the environment variable SOUK_TEST_PGHOST names.
class TestDatabase {
 public:
  explicit TestDatabase(std::span<const EmbeddedFile> migrations);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string app_url() const;    ///< what a service connects with
  std::string owner_url() const;  ///< what migrations connect with
  std::string admin_url() const;  ///< the superuser

 private:
  std::string name_;
};

/// The usual scope of a test: the default tenant, ten seconds.
inline database::Scope scope(TenantId tenant = kDefaultTenant) {
  return {tenant, std::chrono::steady_clock::now() + std::chrono::seconds{10}};
}

/// Fixture: one database per suite, one event loop and one pool per test.
///
///     class OrderTest : public souk::testing::DatabaseTest<souk_order_service_migrations> {};
///     TEST_F(OrderTest, Inserts) { run(repository.insert(…)); }
template <auto Migrations>
class DatabaseTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { test_database = std::make_unique<TestDatabase>(Migrations()); }
  static void TearDownTestSuite() { test_database.reset(); }

  explicit DatabaseTest(std::vector<database::ConstraintRule> constraints = {})
      : database(loop.get_executor(),
                 {.url = test_database->app_url(), .constraints = std::move(constraints)}) {}

  template <class T>
  T run(Task<T> task) {
    return souk::testing::run(loop, std::move(task));
  }

  static inline std::unique_ptr<TestDatabase> test_database;
  boost::asio::io_context loop{1};
  database::Database database;
};

}  // namespace souk::testing
