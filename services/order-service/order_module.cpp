#include "services/order-service/order_module.hpp"

#include "internal/handler/cart_handler.hpp"
#include "internal/handler/order_handler.hpp"
#include "internal/handler/shipping_handler.hpp"
#include "internal/service/order_services.hpp"
#include "internal/service/work_gauges.hpp"
#include "messaging/housekeeping.hpp"
#include "messaging/relay.hpp"
#include "runtime/job.hpp"

std::span<const souk::EmbeddedFile> souk_order_service_migrations();

namespace souk::order {
namespace {

constexpr std::chrono::seconds kStartTime{5};
constexpr std::chrono::seconds kReadyTime{1};
constexpr std::chrono::seconds kRecoveryInterval{1};
constexpr std::chrono::hours kForgetInterval{1};
/// How long another replica's change of the shipping methods may go unseen; a query of a small table.
constexpr std::chrono::seconds kShippingInterval{2};
/// As often as Prometheus asks, or a little oftener.
constexpr std::chrono::seconds kGaugesInterval{10};

CheckoutLimits read_limits(const config::Settings& settings) {
  CheckoutLimits limits;
  limits.wait = settings.milliseconds("SOUK_CHECKOUT_WAIT_MS");
  limits.action = std::chrono::minutes{settings.integer("CHECKOUT_ACTION_MINUTES")};
  if (!settings.flag("SOUK_RATE_LIMITS")) limits.open_per_account = std::nullopt;
  return limits;
}

class OrderModule final : public runtime::Module {
 public:
  explicit OrderModule(runtime::ModuleContext context) : context_(std::move(context)) {
    use_.payment_news.subscribe(consumer_);
  }

  std::vector<rpc::Service*> services() override { return {&service_, &consumer_.service()}; }

  Task<> start() override {
    co_await database_.check(std::chrono::steady_clock::now() + kStartTime);
    co_await use_.shipping.refresh();
    relay_.start();
    consumer_.start();
    housekeeping_.start();
    recovery_.start();
    refunds_.start();
    forgetting_.start();
    shipping_.start();
    measuring_.start();
  }

  Task<> ready() override {
    if (co_await database_.ping(std::chrono::steady_clock::now() + kReadyTime)) co_return;
    throw unavailable("order-service: its database does not answer");
  }

  Task<> stop() override {
    co_await consumer_.stop();
    co_await recovery_.stop();
    co_await use_.recovery.drain();
    co_await refunds_.stop();
    co_await forgetting_.stop();
    co_await shipping_.stop();
    co_await measuring_.stop();
    co_await housekeeping_.stop();
    co_await relay_.stop();
  }

 private:
  Task<> forget() {
    co_await use_.recovery.forget_old();
    co_await use_.carts.forget_old();
  }

  runtime::ModuleContext context_;
  database::Database database_{context_.loop,
                               context_.database_options("ORDER", OrderRepository::constraints())};
  messaging::Outbox outbox_{context_.ids, context_.clock};
  messaging::Relay relay_{context_, database_, outbox_};
  messaging::Housekeeping housekeeping_{context_, database_};
  messaging::Consumer consumer_{context_, database_};
  ProductClient products_{context_.channel("product-service")};
  InventoryClient inventory_{context_.channel("inventory-service")};
  PaymentClient payments_{context_.channel("payment-service")};
  OrderServices use_{
      {context_.loop, database_, outbox_, products_, inventory_, payments_, context_.ids,
       context_.clock, context_.random, context_.log, context_.metrics, OrderLinks{context_.key},
       Currency::from(context_.settings.text("SOUK_CURRENCY"), "SOUK_CURRENCY")},
      read_limits(context_.settings),
      runtime::PageTokens{context_.key},
      TaxRules::parse(context_.settings.text("SOUK_TAX_RATES"),
                      context_.settings.flag("SOUK_TAX_INCLUSIVE"))};
  UserClient users_{context_.channel("user-service")};
  SearchOrders search_{use_.read, users_};
  SalesReport sales_{database_};
  runtime::Job recovery_{context_.loop, context_.log, "checkout recovery", kRecoveryInterval,
                         [this] { return use_.recovery.run_once(); }};
  runtime::Job refunds_{context_.loop, context_.log, "refunds", kRecoveryInterval,
                        [this] { return use_.refund_runner.run_once(); }};
  runtime::Job forgetting_{context_.loop, context_.log, "forgetting checkouts and carts",
                           kForgetInterval, [this] { return forget(); }};
  runtime::Job shipping_{context_.loop, context_.log, "shipping methods", kShippingInterval,
                         [this] { return use_.shipping.refresh(); }};
  WorkGauges gauges_{database_, context_.clock, context_.metrics};
  runtime::Job measuring_{context_.loop, context_.log, "measuring", kGaugesInterval,
                          [this] { return gauges_.measure(); }};
  rpc::Service service_{"souk.order.v1.OrderService", context_.loop, context_.wire, context_.log};
  OrderHandler handler_{service_,
                        {use_.create, use_.read, search_, sales_, use_.change, use_.refund,
                         use_.import, use_.rebuild},
                        [this] { refunds_.wake(); }};
  CartHandler cart_handler_{service_, use_.carts};
  ShippingHandler shipping_handler_{service_, use_.shipping};
};

}  // namespace

runtime::ModuleSpec module() {
  return {.name = "order-service",
          .database = "ORDER",
          .grpc_port = 8083,
          .ops_port = 9083,
          .migrations = souk_order_service_migrations(),
          .make = [](runtime::ModuleContext context) -> std::unique_ptr<runtime::Module> {
            return std::make_unique<OrderModule>(std::move(context));
          }};
}

}  // namespace souk::order
