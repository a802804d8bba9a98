#include "platform.hpp"

#include <fmt/format.h>

#include "api-gateway/gateway_module.hpp"
#include "core/error.hpp"
#include "services/inventory-service/inventory_module.hpp"
#include "services/notification-service/notification_module.hpp"
#include "services/order-service/order_module.hpp"
#include "services/payment-service/payment_module.hpp"
#include "services/product-service/product_module.hpp"
#include "services/user-service/user_module.hpp"

namespace souk::app {

std::vector<runtime::ModuleSpec> service_modules() {
  std::vector<runtime::ModuleSpec> specs;
  specs.push_back(user::module());
  specs.push_back(product::module());
  specs.push_back(inventory::module());
  specs.push_back(payment::module());
  specs.push_back(order::module());
  specs.push_back(notification::module());
  return specs;
}

std::vector<runtime::ModuleSpec> all_modules() {
  auto specs = service_modules();
  specs.push_back(gateway::module());
  return specs;
}

runtime::ModuleSpec module_named(std::string_view name) {
  std::string known;
  for (auto& spec : all_modules()) {
    if (spec.name == name || spec.name == fmt::format("{}-service", name)) return spec;
    known += known.empty() ? spec.name : ", " + spec.name;
  }
  throw Error{Kind::validation, "unknown_service",
              fmt::format("There is no service \"{}\"; there are {}.", name, known)};
}

}  // namespace souk::app
