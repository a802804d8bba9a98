#include "runtime/service_main.hpp"
#include "services/inventory-service/inventory_module.hpp"

int main(int argc, char** argv) {
  return souk::runtime::service_main(argc, argv, souk::inventory::module());
}
