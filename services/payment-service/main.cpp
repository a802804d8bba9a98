#include "runtime/service_main.hpp"
#include "services/payment-service/payment_module.hpp"

int main(int argc, char** argv) {
  return souk::runtime::service_main(argc, argv, souk::payment::module());
}
