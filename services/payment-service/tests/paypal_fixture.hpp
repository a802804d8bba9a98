#pragma once

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "database/blocking.hpp"
#include "internal/gateway/paypal_provider.hpp"
#include "internal/service/charge_payment.hpp"
#include "internal/service/receive_webhook.hpp"
#include "internal/service/reconciliation.hpp"
#include "internal/service/recovery.hpp"
#include "internal/service/void_payment.hpp"
#include "services/payment-service/tests/fake_paypal.hpp"
#include "testing/run.hpp"
#include "testing/scratch.hpp"
#include "testing/test_database.hpp"

std::span<const souk::EmbeddedFile> souk_payment_service_migrations();

namespace souk::payment {

/// The service layer on a real database, with PayPal as its one provider, behind which the fake stands.
class PaypalTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kTimeout{400};

  static void SetUpTestSuite() {
    postgres = std::make_unique<testing::TestDatabase>(souk_payment_service_migrations());
  }
  static void TearDownTestSuite() { postgres.reset(); }

  void SetUp() override {
    fake.start();
    roots.write(fake.authority().root_pem());
    provider.emplace(loop,
                     paypal::Account{.api_url = fake.url(),
                                     .client_id = FakePaypal::kClientId,
                                     .client_secret = FakePaypal::kSecret,
                                     .webhook_id = FakePaypal::kWebhookId},
                     certificates(), kTimeout, clock, log);
    providers.emplace(*provider);
    settlement.emplace(loop.get_executor(), *providers, payments, clock, log, metrics, policy);
    charge_.emplace(loop.get_executor(), ids, clock, *providers, payments, writer, *settlement,
                    policy);
    refund_.emplace(loop.get_executor(), database, clock, *providers, payments, refunds, policy);
    void_.emplace(ids, clock, payments, writer, *settlement, *refund_, policy);
    recovery.emplace(loop.get_executor(), database, random, clock, log, metrics, payments, refunds,
                     *settlement, *refund_, outbox, policy);
    reconciliation.emplace(*providers, payments, *recovery, fees, dispute_books, clock);
    webhooks_.emplace(database, clock, log, metrics, *providers, webhooks, disputes,
                      [this] { ++woken; });
  }
  void TearDown() override {
    EXPECT_THAT(fake.complaints(), ::testing::IsEmpty());
    run(fake.stop());
    provider.reset();
    database::Database cleaner{loop.get_executor(), {.url = postgres->app_url()}};
    run(cleaner.transact(testing::scope(), [&](database::Transaction& tx) -> Task<> {
      for (const char* sql :
           {"DELETE FROM dispute_movements", "DELETE FROM disputes", "DELETE FROM webhook_events",
            "DELETE FROM refunds", "DELETE FROM payments", "DELETE FROM outbox"})
        tx.queue({sql, sql});
      co_return;
    }));
    database::BlockingConnection(postgres->admin_url()).run("TRUNCATE ledger_postings", {});
  }

  paypal::CertificateSource certificates() {
    return {.fetch = [this](std::string url, Deadline) { return fetch(std::move(url)); },
            .roots_file = roots.path()};
  }
  Task<std::optional<std::string>> fetch(std::string url) {
    ++fetched;
    if (url != FakePaypal::kCertificateUrl) co_return std::nullopt;
    co_return certificate ? certificate->chain_pem : fake.signer().chain_pem;
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

  Task<Payment> charging(rpc::Call call, OrderId order, Money amount) {
    co_return co_await (*charge_)(call, {.order_id = order,
                                         .user_id = UserId{order.uuid()},
                                         .amount = amount,
                                         .token = {},
                                         .method = "paypal"});
  }
  Payment charge(OrderId order, std::int64_t amount = 1999) {
    return run(charging(call(), order, usd(amount)));
  }
  /// Charges, and the customer agrees at PayPal.
  Payment approved(OrderId order, std::int64_t amount = 1999) {
    auto payment = charge(order, amount);
    fake.approve(payment.provider_reference);
    return payment;
  }
  /// Charges, approves, comes back.
  Payment paid(OrderId order, std::int64_t amount = 1999) {
    approved(order, amount);
    return come_back(order);
  }
  /// The customer is back from PayPal.
  Payment come_back(OrderId order) { return run(recovery->look_now(kDefaultTenant, order)); }
  void sweep() { run(recovery->sweep(Recovery::Reach::everything)); }

  Task<Refund> refunding(rpc::Call call, RefundId id, OrderId order, std::int64_t amount) {
    co_return co_await (*refund_)(
        call, {.refund_id = id, .order_id = order, .amount = usd(amount), .reason = "broken"});
  }
  Refund refund(OrderId order, std::int64_t amount) {
    return run(refunding(call(), RefundId{ids.next()}, order, amount));
  }
  Task<Payment> voiding(rpc::Call call, OrderId order) { co_return co_await (*void_)(call, order); }
  Payment void_order(OrderId order) { return run(voiding(call(), order)); }
  Task<Payment> abandoning(rpc::Call call, OrderId order) {
    co_return co_await void_->abandon(call, order);
  }
  Payment stored(OrderId order) { return run(payments.of_order(testing::scope(), order)).value(); }

  Task<> receiving(rpc::Call call, WebhookCommand command) {
    co_await (*webhooks_)(call, std::move(command));
  }
  void receive(const FakePaypal::Webhook& webhook, std::string name = "paypal") {
    run(receiving(call(), {std::move(name), webhook.headers, webhook.body}));
  }
  /// "": taken.
  std::string refusal_of(const FakePaypal::Webhook& webhook, std::string name = "paypal") {
    try {
      receive(webhook, std::move(name));
      return "";
    } catch (const Error& error) {
      return error.code;
    }
  }
  FakePaypal::Webhook about_order(const std::string& event_id, const std::string& type,
                                  const std::string& order_id) {
    return fake.webhook(event_id, type, fake.order_json(fake.orders().at(order_id)));
  }

  Reconciliation::Report reconcile() {
    return run(reconciliation->run(std::chrono::steady_clock::now() + std::chrono::seconds{20}));
  }
  std::int64_t count(const char* sql) {
    return run(database.query_one(testing::scope(), {sql, sql})).get<std::int64_t>(std::size_t{0});
  }

  /// A file that is gone with the test.
  class RootsFile {
   public:
    void write(const std::string& pem) { std::ofstream{path()} << pem; }
    std::string path() const { return folder_.path() / "roots.pem"; }

   private:
    testing::ScratchFolder folder_;
  };

  static inline std::unique_ptr<testing::TestDatabase> postgres;
  boost::asio::io_context loop{1};
  SystemClock clock;
  SystemRandom random;
  IdGenerator ids{clock, random};
  Log log{"paypal-test", Log::Level::off};
  Metrics metrics;
  PaymentPolicy policy{.provider_timeout = kTimeout,
                       .currency = Currency::from("USD"),
                       .shop_url = "https://shop.example"};
  database::Database database{loop.get_executor(),
                              {.url = postgres->app_url(), .constraints = payment_constraints()}};
  messaging::Outbox outbox{ids, clock};
  PaymentRepository payments{database, clock};
  RefundRepository refunds{database, clock};
  WebhookRepository webhooks{database, clock};
  DisputeRepository disputes{database, clock};
  DisputeBooks dispute_books{clock, database, webhooks, disputes};
  PaymentWriter writer{loop.get_executor(), database, clock,
                       [](database::Transaction&, TenantId, std::span<const Payment>) {}};
  LedgerRepository ledger_books{database};
  FeeBooks fees{ids, clock, database, payments, ledger_books};
  FakePaypal fake{loop, clock};
  RootsFile roots;
  std::optional<Authority::Signer> certificate;  ///< that lies there instead of the right one
  int fetched = 0;                               ///< certificates
  int woken = 0;
  std::optional<PaypalProvider> provider;
  std::optional<Providers> providers;
  std::optional<Settlement> settlement;
  std::optional<ChargePayment> charge_;
  std::optional<RefundPayment> refund_;
  std::optional<VoidPayment> void_;
  std::optional<Recovery> recovery;
  std::optional<Reconciliation> reconciliation;
  std::optional<ReceiveWebhook> webhooks_;
};

}  // namespace souk::payment
