// order_bench [SECONDS] [SHOPPERS]: this service's own share of a checkout: both commits, durable,
// on a private server, with neighbours that answer at once.
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "database/blocking.hpp"
#include "database/migrator.hpp"
#include "database/private_cluster.hpp"
#include "internal/service/order_services.hpp"
#include "tests/fakes.hpp"

std::span<const souk::EmbeddedFile> souk_order_service_migrations();

namespace souk::order {
namespace {

using Steady = std::chrono::steady_clock;

class Load {
 public:
  explicit Load(const std::string& url)
      : database_(
            loop_.get_executor(),
            {.url = url, .constraints = OrderRepository::constraints(), .max_connections = 12}) {
    for (int i = 0; i < 1000; ++i) {
      products_.sell(fmt::format("sku-{}", i), 999 + i);
      inventory_.stock[fmt::format("sku-{}", i)] = 1'000'000'000;
    }
  }

  /// Confirmed orders per second.
  double run(int seconds, int shoppers) {
    const auto begin = Steady::now();
    const auto end = begin + std::chrono::seconds{seconds};
    running_ = shoppers;
    for (int i = 0; i < shoppers; ++i) {
      boost::asio::co_spawn(loop_, shop_until(end), boost::asio::detached);
    }
    while (running_ > 0) loop_.run_one();
    return confirmed_ / std::chrono::duration<double>(Steady::now() - begin).count();
  }

 private:
  Task<> shop_until(Steady::time_point end) {
    while (Steady::now() < end) {
      auto call =
          rpc::Call::background("api-gateway", std::chrono::seconds{10}, random_, kDefaultTenant);
      call.identity.user = UserId{ids_.next()};
      call.idempotency_key = ids_.next().str();
      const auto order = co_await services_.create.run(call, wish());
      if (order.status == Status::confirmed) ++confirmed_;
    }
    --running_;
  }

  NewOrder wish() {
    const auto sku = [&] { return fmt::format("sku-{}", random_.next() % 1000); };
    return {.lines = {{sku(), 1, 0}, {sku(), 1, 1}},
            .shipping_address = {.full_name = "Ada Byron",
                                 .line1 = "12 St James's Square",
                                 .city = "London",
                                 .postal_code = "SW1Y 4JH",
                                 .country = "GB"},
            .instrument = {"card", "tok_visa"},
            .expected_total = std::nullopt,
            .fingerprint = "bench"};
  }

  static std::array<std::uint8_t, 32> no_key() { return {}; }

  boost::asio::io_context loop_{1};
  database::Database database_;
  SystemClock clock_;
  SystemRandom random_;
  IdGenerator ids_{clock_, random_};
  Log log_{"bench", Log::Level::warn};
  Metrics metrics_;
  messaging::Outbox outbox_{ids_, clock_};
  FakeProducts products_;
  FakeInventory inventory_;
  FakePayments payments_;
  OrderServices services_{{loop_.get_executor(), database_, outbox_, products_, inventory_,
                           payments_, ids_, clock_, random_, log_, metrics_, OrderLinks{no_key()}},
                          CheckoutLimits{},
                          runtime::PageTokens{no_key()}};
  int running_ = 0;
  double confirmed_ = 0;
};

void bench(int seconds, int shoppers) {
  std::string path = "/tmp/souk-bench-XXXXXX";
  const std::filesystem::path folder = mkdtemp(path.data());
  {
    database::PrivateCluster cluster(folder);
    cluster.start();
    cluster.create_database("bench");
    database::Migrator(cluster.url("bench", database::ClusterRole::owner),
                       souk_order_service_migrations())
        .up();
    Load load(cluster.url("bench", database::ClusterRole::app));
    fmt::print("{} shoppers: {:.0f} confirmed orders/s\n", shoppers, load.run(seconds, shoppers));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace souk::order

int main(int argc, char** argv) {
  souk::order::bench(argc > 1 ? std::atoi(argv[1]) : 5, argc > 2 ? std::atoi(argv[2]) : 64);
}
