#pragma once

#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "common/options.pb.h"

namespace souk::testing::bad_inputs {

/// An rpc as the protos describe it.
struct RpcMethod {
  std::string path;  ///< "/souk.order.v1.OrderService/GetOrder"
  int port_offset;   ///< of its service's gRPC port from PORT
  common::v1::Access access;
  std::string http_method;  ///< empty where it has no route
  std::string http_path;    ///< {fields} filled with something that exists nowhere
};

/// Every rpc of the platform; EventSink once for each service that serves it.
std::vector<RpcMethod> all_methods();

}  // namespace souk::testing::bad_inputs
