#include "api-gateway/gateway_module.hpp"
#include "runtime/service_main.hpp"

int main(int argc, char** argv) {
  return souk::runtime::service_main(argc, argv, souk::gateway::module());
}
