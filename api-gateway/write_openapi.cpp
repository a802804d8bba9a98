#include <fstream>

#include <fmt/format.h>

#include "internal/openapi/openapi.hpp"

/// Writes the OpenAPI document as YAML to the file that is named; the build keeps docs/swagger.yaml so.
int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} FILE\n", argv[0]);
    return 2;
  }
  std::ofstream file{argv[1]};
  file << "# Made from the protos by the build; do not edit.\n"
       << souk::gateway::to_yaml(souk::gateway::openapi_document(souk::gateway::RouteTable{}));
  return file.flush() ? 0 : 1;
}
