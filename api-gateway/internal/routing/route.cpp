#include "internal/routing/route.hpp"

#include <algorithm>
#include <ranges>
#include <set>

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include "common/events.pb.h"
#include "core/error.hpp"
#include "google/api/annotations.pb.h"
#include "middleware/validation.hpp"

namespace souk::gateway {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

/// What has routes: one per service of the platform, and what several serve.
constexpr const char* kServices[] = {"souk.user.v1.UserService",
                                     "souk.product.v1.ProductService",
                                     "souk.order.v1.OrderService",
                                     "souk.payment.v1.PaymentService",
                                     "souk.inventory.v1.InventoryService",
                                     "souk.notification.v1.NotificationService",
                                     "souk.common.v1.EventSink"};

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  for (const auto part : std::views::split(path.substr(1), '/'))
    segments.emplace_back(part.begin(), part.end());
  return segments;
}

bool is_field(std::string_view segment) { return segment.starts_with('{'); }
std::string field_name(std::string_view segment) {
  return std::string{segment.substr(1, segment.size() - 2)};
}

bool fits(const Route& route, const std::vector<std::string>& segments) {
  return std::ranges::equal(route.segments, segments, [](const auto& pattern, const auto& segment) {
    return is_field(pattern) ? !segment.empty() : pattern == segment;
  });
}

void check_raw_body(const Route& route) {
  const auto* body = route.rpc->input_type()->FindFieldByName(std::string{kRawBody});
  const auto* headers = route.rpc->input_type()->FindFieldByName(std::string{kRawHeaders});
  const bool fit = route.has_body && route.rule.raw_body().max_bytes() > 0 && body != nullptr &&
                   body->type() == google::protobuf::FieldDescriptor::TYPE_BYTES &&
                   headers != nullptr && headers->is_map();
  if (!fit) throw std::logic_error{fmt::format("{} has no place for a raw body", route.rpc_path)};
}

void check(const Route& route) {
  const auto access = route.rule.access();
  if (access == common::v1::ACCESS_UNSPECIFIED || access == common::v1::ACCESS_INTERNAL) {
    throw std::logic_error{fmt::format("{} has a route but is not for the public", route.rpc_path)};
  }
  for (const auto& name : route.path_fields()) {
    const auto* field = route.rpc->input_type()->FindFieldByName(name);
    if (field == nullptr || field->type() != google::protobuf::FieldDescriptor::TYPE_STRING) {
      throw std::logic_error{
          fmt::format("{}: {} is no string of the request", route.rpc_path, name)};
    }
  }
  if (route.rule.has_raw_body()) check_raw_body(route);
  if (route.services().empty())
    throw std::logic_error{fmt::format("{} does not say who serves it", route.rpc_path)};
}

}  // namespace

std::unique_ptr<google::protobuf::Message> Route::new_request() const {
  return std::unique_ptr<google::protobuf::Message>{
      MessageFactory::generated_factory()->GetPrototype(rpc->input_type())->New()};
}

std::unique_ptr<google::protobuf::Message> Route::new_reply() const {
  return std::unique_ptr<google::protobuf::Message>{
      MessageFactory::generated_factory()->GetPrototype(rpc->output_type())->New()};
}

std::vector<std::string> Route::path_fields() const {
  std::vector<std::string> fields;
  for (const auto& segment : segments) {
    if (is_field(segment)) fields.push_back(field_name(segment));
  }
  return fields;
}

std::vector<std::string> Route::services() const {
  if (rule.service_field().empty()) return {service};
  const auto* field = rpc->input_type()->FindFieldByName(rule.service_field());
  if (field == nullptr) return {};
  const auto& named = field->options().GetExtension(common::v1::field).one_of();
  return {named.begin(), named.end()};
}

std::string Route::service_of(const google::protobuf::Message& request) const {
  if (rule.service_field().empty()) return service;
  validate(request);
  const auto* field = rpc->input_type()->FindFieldByName(rule.service_field());
  return request.GetReflection()->GetString(request, field);
}

RouteTable::RouteTable() {
  for (const std::string full_name : kServices) {
    const auto* service = DescriptorPool::generated_pool()->FindServiceByName(full_name);
    if (service == nullptr) throw std::logic_error{fmt::format("{} is not compiled in", full_name)};
    for (int i = 0; i < service->method_count(); ++i) {
      if (service->method(i)->options().HasExtension(google::api::http)) add(service->method(i));
    }
  }
  // Literal segments before fields: /users/profile is not the user "profile".
  const auto rank = [](const Route& route) {
    std::vector<std::pair<bool, std::string>> segments;
    for (const auto& segment : route.segments) segments.emplace_back(is_field(segment), segment);
    return std::pair{std::move(segments), route.method};
  };
  std::ranges::sort(routes_, {}, rank);
}

void RouteTable::add(const MethodDescriptor* rpc) {
  const auto& http = rpc->options().GetExtension(google::api::http);
  Route route;
  route.rpc = rpc;
  route.rpc_path = fmt::format("/{}/{}", rpc->service()->full_name(), rpc->name());
  route.rule = rpc->options().GetExtension(common::v1::rule);
  route.has_body = http.body() == "*";
  // "souk.order.v1" -> "order-service"
  const auto& package = rpc->file()->package();
  if (route.rule.service_field().empty())
    route.service = package.substr(5, package.rfind('.') - 5) + "-service";
  switch (http.pattern_case()) {
    case google::api::HttpRule::kGet:
      route.method = http::Method::get;
      route.path = http.get();
      break;
    case google::api::HttpRule::kPost:
      route.method = http::Method::post;
      route.path = http.post();
      break;
    case google::api::HttpRule::kPut:
      route.method = http::Method::put;
      route.path = http.put();
      break;
    case google::api::HttpRule::kPatch:
      route.method = http::Method::patch;
      route.path = http.patch();
      break;
    case google::api::HttpRule::kDelete:
      route.method = http::Method::delete_;
      route.path = http.delete_();
      break;
    default:
      throw std::logic_error{fmt::format("{} has a route of an unknown kind", route.rpc_path)};
  }
  route.segments = split(route.path);
  check(route);
  routes_.push_back(std::move(route));
}

Match RouteTable::find(http::Method method, std::string_view path) const {
  const auto segments = split(path);
  std::set<std::string> allowed;
  for (const auto& route : routes_) {
    if (!fits(route, segments)) continue;
    if (route.method != method) {
      allowed.emplace(http::name(route.method));
      continue;
    }
    Match match{&route, {}};
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (is_field(route.segments[i]))
        match.path_values[field_name(route.segments[i])] = segments[i];
    }
    return match;
  }
  if (allowed.empty()) throw not_found("page");
  if (allowed.contains("GET")) allowed.insert("HEAD");
  Error error{Kind::method_not_allowed, "method_not_allowed",
              "This path does not take that method."};
  error.extra["allow"] = fmt::format("{}", fmt::join(allowed, ", "));
  throw error;
}

}  // namespace souk::gateway
