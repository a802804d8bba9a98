#include "runtime/service_main.hpp"
#include "services/order-service/order_module.hpp"

int main(int argc, char** argv) {
  return souk::runtime::service_main(argc, argv, souk::order::module());
}
