#pragma once

#include "database/blocking.hpp"
#include "internal/service/order_services.hpp"
#include "testing/test_database.hpp"
#include "tests/fakes.hpp"

std::span<const souk::EmbeddedFile> souk_order_service_migrations();

namespace souk::order {

/// The service on a real database, with neighbours that do as they are told. A fresh, empty shop
/// that sells "mug" (7.99) and "pan" (20.00), a hundred of each.
class ShopTest : public testing::DatabaseTest<souk_order_service_migrations> {
 protected:
  ShopTest() : DatabaseTest(OrderRepository::constraints()) {
    admin(
        "TRUNCATE order_events, orders, order_items, checkouts, refunds, outbox, inbox, "
        "idempotency_keys, shipping_methods, carts, cart_items");
    products.sell("mug", 799);
    products.sell("pan", 2000);
    inventory.stock = {{"mug", 100}, {"pan", 100}};
    limits.wait = std::chrono::milliseconds{300};
    limits.poll = std::chrono::milliseconds{20};
    open();
  }

  /// Starts the service anew on the same database, as after a crash.
  void open() {
    shop.reset();
    const std::array<std::uint8_t, 32> key{};
    shop = std::make_unique<OrderServices>(
        Foundation{loop.get_executor(), database, outbox, products, inventory, payments, ids, clock,
                   random, log, metrics, links},
        limits, runtime::PageTokens{key}, taxes);
  }

  database::Rows admin(const std::string& sql) {
    return database::BlockingConnection(test_database->admin_url()).run(sql, {});
  }
  std::int64_t count(const std::string& what) {
    return admin("SELECT count(*) AS n FROM " + what).front().get<std::int64_t>("n");
  }

  rpc::Call call(UserId user, std::string key = {}, std::vector<std::string> roles = {"customer"}) {
    auto call = rpc::Call::background("api-gateway", std::chrono::seconds{10}, random);
    call.identity.user = user;
    call.identity.roles = std::move(roles);
    call.idempotency_key = std::move(key);
    return call;
  }
  rpc::Call admin_call(std::string key = {}) { return call(boss, std::move(key), {"admin"}); }

  UserId new_user() { return UserId{ids.next()}; }
  std::string new_key() { return "key-" + ids.next().str(); }

  static NewOrder wish(std::vector<CartLine> lines = {{"mug", 2, 0}, {"pan", 1, 1}},
                       std::string token = "tok_visa") {
    std::string fingerprint = token;
    for (const auto& line : lines) fingerprint += line.sku + std::to_string(line.quantity);
    return {.lines = std::move(lines),
            .shipping_address = {.full_name = "Ada Byron",
                                 .line1 = "12 St James's Square",
                                 .city = "London",
                                 .postal_code = "SW1Y 4JH",
                                 .country = "GB"},
            .instrument = {"card", std::move(token)},
            .expected_total = std::nullopt,
            .fingerprint = std::move(fingerprint)};
  }

  Order buy(UserId user, NewOrder what = wish()) {
    auto request = call(user, new_key());
    return run(shop->create.run(request, std::move(what)));
  }

  /// The error that a checkout ends with.
  Error refused(rpc::Call request, NewOrder what) {
    try {
      run(shop->create.run(request, std::move(what)));
    } catch (const Error& error) {
      return error;
    }
    throw std::logic_error{"it was not refused"};
  }

  Order get(OrderId id) { return run(shop->read.get(admin_call(), id)); }

  void recover() {
    run(shop->recovery.run_once());
    run(shop->recovery.drain());
  }

  static OrderId id_of(const Order& order) { return order.id; }

  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  Log log{"test", Log::Level::off};
  Metrics metrics;
  messaging::Outbox outbox{ids, clock};
  OrderLinks links{std::array<std::uint8_t, 32>{}};
  FakeProducts products;
  FakeInventory inventory;
  FakePayments payments;
  CheckoutLimits limits;
  TaxRules taxes;
  std::unique_ptr<OrderServices> shop;
  UserId boss = new_user();
  messaging::EventInfo info{.tenant = kDefaultTenant};  ///< of events that arrive
};

}  // namespace souk::order
