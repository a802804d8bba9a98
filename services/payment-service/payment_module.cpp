#include "services/payment-service/payment_module.hpp"

#include <fmt/format.h>

#include "internal/gateway/paypal_provider.hpp"
#include "internal/gateway/sandbox_provider.hpp"
#include "internal/gateway/stripe_provider.hpp"
#include "internal/handler/billing_handler.hpp"
#include "internal/handler/payment_handler.hpp"
#include "internal/service/billing.hpp"
#include "internal/service/invoice_numbers.hpp"
#include "internal/service/payment_events.hpp"
#include "messaging/housekeeping.hpp"
#include "messaging/relay.hpp"
#include "runtime/job.hpp"

std::span<const souk::EmbeddedFile> souk_payment_service_migrations();

namespace souk::payment {
namespace {

constexpr std::chrono::milliseconds kRecoveryPause{500};
/// Of webhooks' events: providers repeat for some days, and a month is enough to look into.
constexpr std::chrono::days kEventsKept{30};
constexpr std::chrono::hours kForgettingPause{1};
constexpr std::chrono::seconds kForgettingTimeLimit{30};
constexpr std::chrono::seconds kStartTimeLimit{5};
constexpr std::chrono::seconds kReadyTimeLimit{1};

PaymentPolicy read_policy(const config::Settings& settings) {
  auto shop = settings.optional("SHOP_URL").value_or(settings.text("SOUK_PUBLIC_URL"));
  while (shop.ends_with('/')) shop.pop_back();
  return {.provider_timeout = settings.milliseconds("PAYMENT_PROVIDER_TIMEOUT_MS"),
          .currency = Currency::from(settings.text("SOUK_CURRENCY"), "SOUK_CURRENCY"),
          .shop_url = std::move(shop)};
}

std::string sandbox_url(const config::Settings& settings) {
  if (auto url = settings.optional("SANDBOX_PAYMENT_URL")) return *std::move(url);
  return fmt::format("http://127.0.0.1:{}", settings.integer("SANDBOX_PAYMENT_PORT"));
}

/// A module's loop is an io_context run by one thread (runtime/event_loop.hpp).
boost::asio::io_context& io_context_of(boost::asio::any_io_executor& loop) {
  return loop.target<boost::asio::io_context::executor_type>()->context();
}

/// Goes to every visitor's browser: a secret key here by mistake ends the start.
std::string stripe_publishable_key(const config::Settings& settings) {
  auto key = settings.text("STRIPE_PUBLISHABLE_KEY");
  if (key.empty() || key.starts_with("pk_")) return key;
  throw Error{Kind::validation, "invalid_setting",
              "STRIPE_PUBLISHABLE_KEY: a publishable key begins with pk_"};
}

/// Null where the shop has no account at Stripe.
std::unique_ptr<StripeProvider> make_stripe(runtime::ModuleContext& context,
                                            const PaymentPolicy& policy) {
  const auto& settings = context.settings;
  auto key = settings.optional("STRIPE_API_KEY");
  if (!key) return nullptr;
  return std::make_unique<StripeProvider>(
      io_context_of(context.loop),
      StripeSettings{.url = settings.text("STRIPE_API_URL"),
                     .api_key = *std::move(key),
                     .webhook_secret = settings.optional("STRIPE_WEBHOOK_SECRET").value_or(""),
                     .publishable_key = stripe_publishable_key(settings),
                     .manual_capture = settings.text("STRIPE_CAPTURE") == "manual",
                     .timeout = policy.provider_timeout},
      context.ids, context.log);
}

/// Null where its keys are not set.
std::unique_ptr<PaypalProvider> make_paypal(runtime::ModuleContext& context,
                                            const PaymentPolicy& policy) {
  const auto& settings = context.settings;
  const auto client_id = settings.optional("PAYPAL_CLIENT_ID");
  const auto secret = settings.optional("PAYPAL_CLIENT_SECRET");
  if (!client_id || !secret) return nullptr;
  auto& loop = io_context_of(context.loop);
  return std::make_unique<PaypalProvider>(
      loop,
      paypal::Account{.api_url = settings.text("PAYPAL_API_URL"),
                      .client_id = *client_id,
                      .client_secret = *secret,
                      .webhook_id = settings.text("PAYPAL_WEBHOOK_ID")},
      paypal::certificates_of_paypal(loop, settings.text("PAYPAL_CERTIFICATE_FILE"), context.log),
      policy.provider_timeout, context.clock, context.log);
}

/// Those of them that there are.
std::vector<PaymentProvider*> present(std::vector<PaymentProvider*> providers) {
  std::erase(providers, nullptr);
  return providers;
}

class PaymentModule final : public runtime::Module {
 public:
  explicit PaymentModule(runtime::ModuleContext context) : context_(std::move(context)) {
    billing_.subscribe(consumer_);
  }

  std::vector<rpc::Service*> services() override {
    return {&handler_.service(), &consumer_.service()};
  }

  Task<> start() override {
    co_await database_.check(std::chrono::steady_clock::now() + kStartTimeLimit);
    relay_.start();
    housekeeping_.start();
    recovery_job_.start();
    forgetting_job_.start();
    numbers_.start();
    reconciliation_runs_.start();
    consumer_.start();
  }

  Task<> ready() override {
    if (co_await database_.ping(std::chrono::steady_clock::now() + kReadyTimeLimit)) co_return;
    throw unavailable("payment-service: its database does not answer");
  }

  Task<> stop() override {
    co_await consumer_.stop();
    co_await reconciliation_runs_.stop();
    co_await numbers_.stop();
    co_await forgetting_job_.stop();
    co_await recovery_job_.stop();
    co_await housekeeping_.stop();
    co_await relay_.stop();
  }

 private:
  /// The first pass takes on everything: what a killed process left behind need not wait for its
  /// lease.
  Task<> recover() {
    const auto reach = std::exchange(reach_, Recovery::Reach::due);
    co_await recovery_.sweep(reach);
  }

  Task<> forget() {
    co_await webhooks_.forget(context_.clock.now() - kEventsKept,
                              std::chrono::steady_clock::now() + kForgettingTimeLimit);
  }

  runtime::ModuleContext context_;
  PaymentPolicy policy_ = read_policy(context_.settings);
  database::Database database_{context_.loop,
                               context_.database_options("PAYMENT", payment_constraints())};
  messaging::Outbox outbox_{context_.ids, context_.clock};
  messaging::Relay relay_{context_, database_, outbox_};
  messaging::Housekeeping housekeeping_{context_, database_};
  SandboxProvider sandbox_{io_context_of(context_.loop), sandbox_url(context_.settings),
                           policy_.provider_timeout, context_.log};
  std::unique_ptr<StripeProvider> stripe_ = make_stripe(context_, policy_);
  std::unique_ptr<PaypalProvider> paypal_ = make_paypal(context_, policy_);
  Providers providers_{present({&sandbox_, stripe_.get(), paypal_.get()}),
                       read_provider_rules(context_.settings.text("PAYMENT_PROVIDERS"))};
  PaymentRepository payments_{database_, context_.clock};
  RefundRepository refunds_{database_, context_.clock};
  WebhookRepository webhooks_{database_, context_.clock};
  DisputeRepository disputes_{database_, context_.clock};
  PaymentWriter writer_{
      context_.loop, database_, context_.clock,
      [this](database::Transaction& tx, TenantId tenant, std::span<const Payment> payments) {
        const auto call =
            rpc::Call::background(context_.name, std::chrono::seconds{1}, context_.random, tenant);
        publish_captured(outbox_, tx, call, payments);
      }};
  Settlement settlement_{context_.loop, providers_,       payments_, context_.clock,
                         context_.log,  context_.metrics, policy_};
  ChargePayment charge_{context_.loop, context_.ids, context_.clock, providers_,
                        payments_,     writer_,      settlement_,    policy_};
  RefundPayment refund_{context_.loop, database_, context_.clock, providers_,
                        payments_,     refunds_,  policy_};
  VoidPayment void_{context_.ids, context_.clock, payments_, writer_,
                    settlement_,  refund_,        policy_};
  Recovery recovery_{context_.loop, database_,        context_.random, context_.clock,
                     context_.log,  context_.metrics, payments_,       refunds_,
                     settlement_,   refund_,          outbox_,         policy_};
  ReceiveWebhook receive_webhook_{
      database_,  context_.clock, context_.log, context_.metrics,
      providers_, webhooks_,      disputes_,    [this] { recovery_job_.wake(); }};
  LedgerRepository ledger_{database_};
  FeeBooks fees_{context_.ids, context_.clock, database_, payments_, ledger_};
  DisputeBooks dispute_books_{context_.clock, database_, webhooks_, disputes_};
  Reconciliation reconciliation_{providers_, payments_,      recovery_,
                                 fees_,      dispute_books_, context_.clock};
  ReconciliationRuns reconciliation_runs_{context_, database_, reconciliation_, payments_, ledger_};
  PaymentHandler handler_{context_.loop,
                          context_.wire,
                          context_.log,
                          {charge_, void_, refund_, reconciliation_, reconciliation_runs_,
                           recovery_, receive_webhook_, payments_, providers_, policy_.currency}};
  BillingRepository documents_{database_};
  InvoiceNumbers numbers_{context_.loop,
                          context_.log,
                          context_.random,
                          context_.clock,
                          database_,
                          documents_,
                          seller_of(context_.settings)};
  Billing billing_{context_.ids, context_.clock, documents_, [this] { numbers_.wake(); }};
  messaging::Consumer consumer_{context_, database_};
  InvoiceReader invoices_{documents_, InvoicePage{context_.settings.text("SOUK_BILLING_TEMPLATES")},
                          runtime::PageTokens{context_.key}};
  PaymentLists payment_lists_{database_, disputes_, runtime::PageTokens{context_.key}};
  BillingHandler billing_handler_{handler_.service(), invoices_, payment_lists_,
                                  disputes_,          refunds_,  ledger_};
  Recovery::Reach reach_ = Recovery::Reach::everything;
  runtime::Job recovery_job_{context_.loop, context_.log, "payment recovery", kRecoveryPause,
                             [this] { return recover(); }};
  runtime::Job forgetting_job_{context_.loop, context_.log, "forgetting of webhooks",
                               kForgettingPause, [this] { return forget(); }};
};

}  // namespace

runtime::ModuleSpec module() {
  return {.name = "payment-service",
          .database = "PAYMENT",
          .grpc_port = 8084,
          .ops_port = 9084,
          .migrations = souk_payment_service_migrations(),
          .make = [](runtime::ModuleContext context) {
            return std::make_unique<PaymentModule>(std::move(context));
          }};
}

}  // namespace souk::payment
