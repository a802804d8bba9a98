#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "common/options.pb.h"
#include "http/message.hpp"

namespace souk::gateway {

/// Where a request of a route with the option raw_body has its body and its headers.
inline constexpr std::string_view kRawBody = "body";
inline constexpr std::string_view kRawHeaders = "headers";

/// One HTTP method and path of the public API, and the rpc behind it.
struct Route {
  http::Method method = http::Method::get;
  std::string path;                   ///< "/api/v1/orders/{id}"
  std::vector<std::string> segments;  ///< "api", "v1", "orders", "{id}"
  bool has_body = false;
  const google::protobuf::MethodDescriptor* rpc = nullptr;
  std::string rpc_path;  ///< "/souk.order.v1.OrderService/GetOrder"
  std::string service;   ///< "order-service"; empty where the request names it
  common::v1::Rule rule;

  /// A fresh request or reply message of the rpc.
  std::unique_ptr<google::protobuf::Message> new_request() const;
  std::unique_ptr<google::protobuf::Message> new_reply() const;
  std::vector<std::string> path_fields() const;

  /// Who may have to answer: one, or those that a request can name.
  std::vector<std::string> services() const;
  /// Who has to. Throws Error{validation} where the request should name one and does not.
  std::string service_of(const google::protobuf::Message& request) const;
};

struct Match {
  const Route* route = nullptr;
  std::map<std::string, std::string> path_values;  ///< field -> decoded segment
};

/// All routes, as the google.api.http options of the compiled-in protos say. Immutable, any thread.
class RouteTable {
 public:
  /// Throws std::logic_error for a route that an rpc cannot have: internal access, no access rule, a path
  /// field that is no string of the request, a raw body without a field for it.
  RouteTable();

  /// `path`: decoded. Throws Error{not_found}, or Error{method_not_allowed} whose extra "allow" lists the methods.
  Match find(http::Method method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  void add(const google::protobuf::MethodDescriptor* rpc);

  std::vector<Route> routes_;
};

}  // namespace souk::gateway
