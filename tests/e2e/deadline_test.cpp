#include <fmt/format.h>
#include <gtest/gtest.h>

#include "database/blocking.hpp"
#include "support/api_client.hpp"
#include "support/running_platform.hpp"

/// INVARIANTS 16 through the whole platform: what nobody waits for any more is not worked on.
namespace souk::testing {
namespace {

using namespace std::chrono_literals;

/// The platform's PostgreSQL, as its superuser.
class Catalogue {
 public:
  explicit Catalogue(const RunningPlatform& platform)
      : url_(fmt::format("host={} user=postgres dbname=souk_product",
                         (platform.folder() / "postgres/run").string())),
        locker_(url_) {}

  /// From now on every statement on the catalogue waits.
  void lock() {
    locker_.run("BEGIN");
    locker_.run("LOCK TABLE products, variants IN ACCESS EXCLUSIVE MODE");
  }
  void unlock() { locker_.run("COMMIT"); }

  /// Statements of product-service that wait for the lock.
  std::int64_t waiting() {
    database::BlockingConnection connection{url_};
    const auto rows = connection.run(
        "SELECT count(*) AS n FROM pg_locks JOIN pg_stat_activity USING (pid)"
        " WHERE NOT granted AND application_name = 'product-service'");
    return rows[0].get<std::int64_t>("n");
  }

 private:
  std::string url_;
  database::BlockingConnection locker_;
};

class Deadline : public ::testing::TestWithParam<Shape> {};

TEST_P(Deadline, EndsTheWorkOfEveryHop) {
  RunningPlatform platform{GetParam(), {"SOUK_RATE_LIMITS=off", "SOUK_REQUEST_TIMEOUT_MS=1500"}};
  platform.start();
  ApiClient admin{platform.url()};
  admin.log_in_as_admin();
  const auto sku = admin.make_product(700, 10);
  ApiClient shopper{platform.url()};
  shopper.register_account();
  ASSERT_EQ(shopper.order(sku, 1).status, 201);

  Catalogue catalogue{platform};
  catalogue.lock();
  // gateway -> product-service -> PostgreSQL, and gateway -> order-service -> product-service -> PostgreSQL.
  const auto page = shopper.get("/api/v1/products?query=" + sku);
  const auto order = shopper.order(sku, 1);
  for (const auto& reply : {page, order}) {
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.text("code"), "deadline_exceeded");
    EXPECT_EQ(reply.headers.get("Retry-After"), "1");
  }
  EXPECT_TRUE(eventually([&] { return catalogue.waiting() == 0; }))
      << "work goes on that nobody waits for";
  EXPECT_EQ(shopper.get("/api/v1/orders").at("items").as_array().size(), 1U);

  catalogue.unlock();
  EXPECT_TRUE(eventually([&] { return shopper.order(sku, 1).status == 201; }));
}

INSTANTIATE_TEST_SUITE_P(Shapes, Deadline,
                         ::testing::Values(Shape::one_process, Shape::seven_processes));

}  // namespace
}  // namespace souk::testing
