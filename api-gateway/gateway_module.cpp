#include "api-gateway/gateway_module.hpp"

#include "internal/handler/event_handler.hpp"
#include "internal/server/gateway.hpp"

namespace souk::gateway {
namespace {

class GatewayModule final : public runtime::Module {
 public:
  explicit GatewayModule(const runtime::ModuleContext& context)
      : gateway_(context), events_(context, gateway_) {}

  std::vector<rpc::Service*> services() override { return {&events_.service()}; }
  Task<> start() override {
    events_.start();
    co_await gateway_.start();
  }
  Task<> ready() override { return gateway_.ready(); }
  Task<> give_notice() override { return gateway_.give_notice(); }
  Task<> stop() override {
    co_await gateway_.stop();  // its pages are kept fresh to the end
    co_await events_.stop();
  }

 private:
  Gateway gateway_;
  EventHandler events_;
};

}  // namespace

runtime::ModuleSpec module() {
  return {.name = "api-gateway",
          .database = "",
          .grpc_port = 8087,
          .ops_port = 9080,
          .migrations = {},
          .make = [](runtime::ModuleContext context) {
            return std::make_unique<GatewayModule>(context);
          }};
}

}  // namespace souk::gateway
