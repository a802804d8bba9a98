#include "services/inventory-service/inventory_module.hpp"

#include "internal/handler/inventory_handler.hpp"
#include "internal/service/order_events.hpp"
#include "messaging/housekeeping.hpp"
#include "messaging/relay.hpp"

std::span<const souk::EmbeddedFile> souk_inventory_service_migrations();

namespace souk::inventory {
namespace {

constexpr std::chrono::seconds kStartTime{5};
constexpr std::chrono::seconds kReadyTime{1};

class InventoryModule final : public runtime::Module {
 public:
  explicit InventoryModule(runtime::ModuleContext context) : context_(std::move(context)) {}

  std::vector<rpc::Service*> services() override { return {&service_, &consumer_.service()}; }

  Task<> start() override {
    co_await database_.check(std::chrono::steady_clock::now() + kStartTime);
    relay_.start();
    consumer_.start();
    housekeeping_.start();
  }

  Task<> ready() override {
    if (co_await database_.ping(std::chrono::steady_clock::now() + kReadyTime)) co_return;
    throw unavailable("inventory-service: its database does not answer");
  }

  Task<> stop() override {
    co_await consumer_.stop();
    co_await housekeeping_.stop();
    co_await relay_.stop();
  }

 private:
  runtime::ModuleContext context_;
  database::Database database_{
      context_.loop, context_.database_options("INVENTORY", StockRepository::constraints())};
  messaging::Outbox outbox_{context_.ids, context_.clock};
  messaging::Relay relay_{context_, database_, outbox_};
  messaging::Housekeeping housekeeping_{context_, database_};
  messaging::Consumer consumer_{context_, database_};
  StockRepository stock_{context_.ids, context_.clock};
  HoldRepository holds_;
  Warehouse warehouse_{stock_, holds_, outbox_, context_.metrics,
                       context_.settings.integer("SOUK_LOW_STOCK")};
  Reservations reservations_{context_.loop, database_, warehouse_};
  StockKeeping keeping_{database_, stock_, warehouse_};
  OrderEvents order_events_{consumer_, warehouse_, context_.random};
  rpc::Service service_{"souk.inventory.v1.InventoryService", context_.loop, context_.wire,
                        context_.log};
  InventoryHandler handler_{service_, keeping_, reservations_, runtime::PageTokens{context_.key}};
};

}  // namespace

runtime::ModuleSpec module() {
  return {.name = "inventory-service",
          .database = "INVENTORY",
          .grpc_port = 8085,
          .ops_port = 9085,
          .migrations = souk_inventory_service_migrations(),
          .make = [](runtime::ModuleContext context) -> std::unique_ptr<runtime::Module> {
            return std::make_unique<InventoryModule>(std::move(context));
          }};
}

}  // namespace souk::inventory
