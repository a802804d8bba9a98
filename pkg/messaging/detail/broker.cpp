#include "messaging/detail/broker.hpp"

#include "messaging/detail/kafka_publisher.hpp"
#include "messaging/detail/kafka_source.hpp"
#include "messaging/detail/rabbitmq.hpp"

namespace souk::messaging::detail {

std::unique_ptr<Publisher> make_publisher(const runtime::ModuleContext& context) {
  const auto bus = context.settings.text("SOUK_BUS");
  if (bus == "rabbitmq") return std::make_unique<RabbitmqPublisher>(context);
  if (bus == "kafka") return std::make_unique<KafkaPublisher>(context);
  return nullptr;
}

std::unique_ptr<Source> make_source(const runtime::ModuleContext& context, bool shared) {
  const auto bus = context.settings.text("SOUK_BUS");
  if (bus == "rabbitmq") return std::make_unique<RabbitmqSource>(context, shared);
  if (bus == "kafka") return std::make_unique<KafkaSource>(context, shared);
  return nullptr;
}

}  // namespace souk::messaging::detail
