#include "runtime/service_main.hpp"
#include "services/notification-service/notification_module.hpp"

int main(int argc, char** argv) {
  return souk::runtime::service_main(argc, argv, souk::notification::module());
}
