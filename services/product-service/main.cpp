#include "runtime/service_main.hpp"
#include "services/product-service/product_module.hpp"

int main(int argc, char** argv) {
  return souk::runtime::service_main(argc, argv, souk::product::module());
}
