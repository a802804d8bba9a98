#include "messaging/bus.hpp"

#include <utility>

#include "messaging/detail/broker_bus.hpp"

namespace souk::messaging {
namespace {

/// Calls the subscriber's EventSink, here or over TCP.
class DirectBus final : public Bus {
 public:
  explicit DirectBus(const runtime::ModuleContext& context) : context_(context) {}

  Task<common::v1::DeliverReply> deliver(const std::string& subscriber,
                                         const common::v1::DeliverRequest& request) override {
    const auto call = rpc::Call::background(context_.name, detail::kDeliveryTime, context_.random);
    common::v1::DeliverReply reply;
    co_await context_.channel(subscriber)
        .unary(call, context_.name, "/souk.common.v1.EventSink/Deliver", request, reply);
    co_return reply;
  }

  void cancel() override {}  // the call has its deadline
  Task<> stop() override { co_return; }

 private:
  const runtime::ModuleContext context_;
};

}  // namespace

std::unique_ptr<Bus> make_bus(const runtime::ModuleContext& context) {
  if (auto publisher = detail::make_publisher(context)) {
    return std::make_unique<detail::BrokerBus>(context, std::move(publisher));
  }
  return std::make_unique<DirectBus>(context);
}

}  // namespace souk::messaging
