#include "runtime/service_main.hpp"
#include "services/user-service/user_module.hpp"

int main(int argc, char** argv) {
  return souk::runtime::service_main(argc, argv, souk::user::module());
}
