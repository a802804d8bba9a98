#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/sandbox-provider/sandbox_provider.hpp"
#include "database/blocking.hpp"
#include "internal/gateway/sandbox_provider.hpp"
#include "internal/service/charge_payment.hpp"
#include "internal/service/reconciliation.hpp"
#include "internal/service/recovery.hpp"
#include "internal/service/void_payment.hpp"
#include "services/payment-service/tests/mortal_provider.hpp"
#include "services/payment-service/tests/provider_gate.hpp"
#include "testing/run.hpp"
#include "testing/test_database.hpp"

std::span<const souk::EmbeddedFile> souk_payment_service_migrations();

namespace souk::payment {

/// The service layer on a real database, with the real sandbox provider (its own database) behind a
/// gate that can break: gate <- adapter <- mortal provider <- use cases.
class PaymentTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kProviderTimeout{300};

  static void SetUpTestSuite() {
    payment_database = std::make_unique<testing::TestDatabase>(souk_payment_service_migrations());
    sandbox_database = std::make_unique<testing::TestDatabase>(sandbox_provider_migrations());
  }
  static void TearDownTestSuite() {
    payment_database.reset();
    sandbox_database.reset();
  }

  void SetUp() override {
    run(sandbox_.start());
    gate.emplace(loop, sandbox_.url());
    adapter.emplace(loop, gate->url(), kProviderTimeout, log);
    provider.emplace(*adapter);
    providers.emplace(*provider);
    settlement.emplace(loop.get_executor(), *providers, payments, clock, log, metrics, policy);
    charge_.emplace(loop.get_executor(), ids, clock, *providers, payments, writer, *settlement,
                    policy);
    refund_.emplace(loop.get_executor(), database, clock, *providers, payments, refunds, policy);
    void_.emplace(ids, clock, payments, writer, *settlement, *refund_, policy);
    recovery.emplace(loop.get_executor(), database, random, clock, log, metrics, payments, refunds,
                     *settlement, *refund_, outbox, policy);
    reconciliation.emplace(*providers, payments, *recovery, fees, dispute_books, clock);
  }
  void TearDown() override {
    gate.reset();
    run(sandbox_.stop(std::chrono::milliseconds{500}));
    clear(payment_database->app_url(),
          {"DELETE FROM dispute_movements", "DELETE FROM disputes", "DELETE FROM webhook_events",
           "DELETE FROM refunds", "DELETE FROM payments", "DELETE FROM outbox"});
    database::BlockingConnection(payment_database->admin_url())
        .run("TRUNCATE ledger_postings, billing_documents, billing_counters", {});
    clear(sandbox_database->app_url(), {"DELETE FROM refunds", "DELETE FROM charges"});
  }

  void clear(const std::string& url, std::vector<const char*> statements) {
    database::Database cleaner{loop.get_executor(), {.url = url}};
    run(cleaner.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
      for (const char* sql : statements) tx.queue({sql, sql});
      co_return;
    }));
  }

  template <class T>
  T run(Task<T> task) {
    return souk::testing::run(loop, std::move(task));
  }

  rpc::Call call(std::chrono::milliseconds timeout = std::chrono::seconds{10}) {
    return rpc::Call::background("order-service", timeout, random);
  }
  OrderId new_order() { return OrderId{ids.next()}; }
  static Money usd(std::int64_t amount) { return {amount, Currency::from("USD")}; }

  Task<Payment> charging(rpc::Call call, OrderId order, std::string token = "tok_visa",
                         std::int64_t amount = 1999) {
    co_return co_await (*charge_)(call, {.order_id = order,
                                         .user_id = UserId{order.uuid()},
                                         .amount = usd(amount),
                                         .token = std::move(token)});
  }
  Payment charge(OrderId order, std::string token = "tok_visa", std::int64_t amount = 1999) {
    return run(charging(call(), order, std::move(token), amount));
  }

  Task<Refund> refunding(rpc::Call call, RefundId id, OrderId order, std::int64_t amount) {
    co_return co_await (*refund_)(
        call, {.refund_id = id, .order_id = order, .amount = usd(amount), .reason = "broken"});
  }
  Refund refund(RefundId id, OrderId order, std::int64_t amount) {
    return run(refunding(call(), id, order, amount));
  }
  Task<Payment> voiding(rpc::Call call, OrderId order) { co_return co_await (*void_)(call, order); }
  Payment void_order(OrderId order) { return run(voiding(call(), order)); }

  Payment stored(OrderId order) { return run(payments.of_order(testing::scope(), order)).value(); }

  /// The provider's whole ledger, asked past the gate.
  std::vector<ProviderCharge> ledger() {
    SandboxProvider direct{loop, sandbox_.url(), std::chrono::seconds{5}, log};
    return run(direct.ledger("", std::chrono::steady_clock::now() + std::chrono::seconds{5}))
        .value()
        .charges;
  }
  /// What the provider has of our customers' money now.
  std::int64_t money_at_provider() {
    std::int64_t sum = 0;
    for (const auto& charge : ledger()) sum += charge.captured_minor - charge.refunded_minor;
    return sum;
  }

  std::int64_t events(std::string_view topic) {
    constexpr database::Query kCount{"test.events", "SELECT count(*) FROM outbox WHERE topic = $1"};
    return run(database.query_one(testing::scope(), kCount, topic))
        .get<std::int64_t>(std::size_t{0});
  }

  static inline std::unique_ptr<testing::TestDatabase> payment_database;
  static inline std::unique_ptr<testing::TestDatabase> sandbox_database;
  boost::asio::io_context loop{1};
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  Log log{"payment-test", Log::Level::off};
  Metrics metrics;
  PaymentPolicy policy{.provider_timeout = kProviderTimeout, .currency = Currency::from("USD")};
  database::Database database{
      loop.get_executor(),
      {.url = payment_database->app_url(), .constraints = payment_constraints()}};
  messaging::Outbox outbox{ids, clock};
  PaymentRepository payments{database, clock};
  RefundRepository refunds{database, clock};
  PaymentWriter writer{loop.get_executor(), database, clock,
                       [](database::Transaction&, TenantId, std::span<const Payment>) {}};
  sandbox::SandboxProvider sandbox_{
      loop, clock, ids, {.database_url = sandbox_database->app_url()}};
  std::optional<ProviderGate> gate;
  std::optional<SandboxProvider> adapter;
  std::optional<MortalProvider> provider;
  std::optional<Providers> providers;
  std::optional<Settlement> settlement;
  std::optional<ChargePayment> charge_;
  std::optional<RefundPayment> refund_;
  std::optional<VoidPayment> void_;
  LedgerRepository ledger_books{database};
  FeeBooks fees{ids, clock, database, payments, ledger_books};
  WebhookRepository webhooks{database, clock};
  DisputeRepository disputes{database, clock};
  DisputeBooks dispute_books{clock, database, webhooks, disputes};
  std::optional<Recovery> recovery;
  std::optional<Reconciliation> reconciliation;
};

}  // namespace souk::payment
