#include "test_bus.hpp"

#include <stdexcept>

namespace souk::messaging {
namespace {

class Direct final : public TestBus {
 public:
  config::Settings settings() const override { return config::Settings{{}}; }
};

}  // namespace

std::unique_ptr<TestBroker> make_broker(const std::string& name) {
  if (name == "rabbitmq") return make_rabbitmq();
  if (name == "kafka") return make_kafka();
  throw std::logic_error{"no broker is called " + name};
}

std::unique_ptr<TestBus> make_test_bus(const std::string& name) {
  if (name == "direct") return std::make_unique<Direct>();
  return make_broker(name);
}

}  // namespace souk::messaging
