#include "methods.hpp"

#include <regex>

#include <fmt/format.h>

#include "google/api/annotations.pb.h"

namespace souk::testing::bad_inputs {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

void read_route(const google::api::HttpRule& route, RpcMethod& method) {
  const auto is = [&](const char* name, const std::string& path) {
    if (path.empty()) return;
    method.http_method = name;
    method.http_path =
        std::regex_replace(path, std::regex{R"(\{\w+\})"}, "00000000-0000-7000-8000-00000000dead");
  };
  is("GET", route.get());
  is("POST", route.post());
  is("PUT", route.put());
  is("DELETE", route.delete_());
}

void add(const FileDescriptor* file, int port_offset, std::vector<RpcMethod>& methods) {
  for (int i = 0; i < file->service_count(); ++i) {
    const auto* service = file->service(i);
    for (int j = 0; j < service->method_count(); ++j) {
      const auto& options = service->method(j)->options();
      auto& method = methods.emplace_back();
      method.path = fmt::format("/{}/{}", service->full_name(), service->method(j)->name());
      method.port_offset = port_offset;
      method.access = options.GetExtension(common::v1::rule).access();
      read_route(options.GetExtension(google::api::http), method);
    }
  }
}

}  // namespace

std::vector<RpcMethod> all_methods() {
  constexpr int kInventory = 5;
  constexpr int kNotification = 6;
  constexpr int kGateway = 7;
  const std::pair<const char*, int> services[] = {
      {"user/user.proto", 1},
      {"product/product.proto", 2},
      {"order/order.proto", 3},
      {"payment/payment.proto", 4},
      {"inventory/inventory.proto", kInventory},
      {"notification/notification.proto", kNotification},
      {"common/events.proto", kInventory},
      {"common/events.proto", kNotification},
      {"common/events.proto", kGateway},
  };
  std::vector<RpcMethod> methods;
  for (const auto& [file, port_offset] : services) {
    add(DescriptorPool::generated_pool()->FindFileByName(file), port_offset, methods);
  }
  return methods;
}

}  // namespace souk::testing::bad_inputs
