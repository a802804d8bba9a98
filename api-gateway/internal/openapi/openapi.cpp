#include "internal/openapi/openapi.hpp"

#include <set>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "common/common.pb.h"
#include "core/text.hpp"
#include "internal/openapi/schema.hpp"

namespace souk::gateway {
namespace {

namespace json = boost::json;
using google::protobuf::FieldDescriptor;

json::object reply_reference(std::string_view description, std::string_view schema,
                             std::string_view type) {
  return {{"description", description},
          {"content",
           {{type, {{"schema", {{"$ref", fmt::format("#/components/schemas/{}", schema)}}}}}}}};
}

json::object problem(std::string_view description) {
  return reply_reference(description, "Problem", "application/problem+json");
}

json::object file_reply(std::string_view type) {
  return {{"description", "Done"},
          {"content", {{type, {{"schema", {{"type", "string"}, {"format", "binary"}}}}}}}};
}

bool in_query(const Route& route, std::string_view field) {
  if (route.rule.has_raw_body()) return field != kRawBody && field != kRawHeaders;
  return !route.has_body;
}

json::array parameters(const Route& route) {
  json::array list;
  const auto path_fields = route.path_fields();
  for (const auto& name : path_fields) {
    list.push_back(
        json::object{{"name", name},
                     {"in", "path"},
                     {"required", true},
                     {"schema", field_schema(route.rpc->input_type()->FindFieldByName(name))}});
  }
  for (int i = 0; i < route.rpc->input_type()->field_count(); ++i) {
    const auto* field = route.rpc->input_type()->field(i);
    if (std::ranges::find(path_fields, field->name()) != path_fields.end()) continue;
    if (!in_query(route, field->name())) continue;
    const auto& rule = field->options().GetExtension(common::v1::field);
    json::object parameter{
        {"name", field->name()}, {"in", "query"}, {"schema", field_schema(field)}};
    if (rule.required()) parameter["required"] = true;
    list.push_back(std::move(parameter));
  }
  if (route.rule.idempotency() != common::v1::IDEMPOTENCY_UNSPECIFIED) {
    list.push_back(
        json::object{{"name", "Idempotency-Key"},
                     {"in", "header"},
                     {"required", route.rule.idempotency() == common::v1::IDEMPOTENCY_REQUIRED},
                     {"schema", {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}}});
  }
  return list;
}

/// What an rpc answers where it is not JSON.
json::object text_reply(std::string_view type) {
  return {{"description", "Done"}, {"content", {{type, {{"schema", {{"type", "string"}}}}}}}};
}

json::object done_reply(const Route& route) {
  if (route.rule.event_stream()) return text_reply("text/event-stream");
  if (!route.rule.produces().empty()) return file_reply(route.rule.produces());
  return reply_reference("Done", schema_name(route.rpc->output_type()), "application/json");
}

json::object responses(const Route& route) {
  json::object replies;
  const auto status = route.rule.success_status() == 0 ? 200 : route.rule.success_status();
  replies[std::to_string(status)] =
      status == 204 ? json::object{{"description", "Done"}} : done_reply(route);
  if (route.rpc->name() == "CreateOrder") {
    replies["202"] = reply_reference("The outcome is not known yet; it settles by itself", "Order",
                                     "application/json");
    replies["402"] = problem("The payment was declined");
  }
  if (route.rule.cacheable()) replies["304"] = json::object{{"description", "Not modified"}};
  replies["400"] = problem("Cannot be read");
  if (route.rule.access() != common::v1::ACCESS_PUBLIC) replies["401"] = problem("Who are you?");
  if (route.rule.access() > common::v1::ACCESS_USER) replies["403"] = problem("Not yours to do");
  if (!route.path_fields().empty()) replies["404"] = problem("Absent, or not yours to see");
  if (route.method != http::Method::get) replies["409"] = problem("The present state forbids it");
  replies["422"] = problem("Understood but invalid");
  replies["429"] = problem("Too many requests; Retry-After says when");
  replies["503"] = problem("Not now; Retry-After says when");
  return replies;
}

json::object body_content(const Route& route) {
  const auto& types = route.rule.raw_body().media_types();
  json::object content;
  for (const auto& type : types)
    content[type] = {{"schema", {{"type", "string"}, {"format", "binary"}}}};
  if (!types.empty()) return content;
  // Without a type: whatever its sender has agreed on with the service behind it.
  content["application/json"] = {
      {"schema", route.rule.has_raw_body()
                     ? json::object{{"type", "object"}, {"additionalProperties", true}}
                     : message_schema(route.rpc->input_type(), route.path_fields())}};
  return content;
}

/// Of an rpc that not every session may call.
std::string_view role_of(common::v1::Access access) {
  if (access == common::v1::ACCESS_REGISTERED) return "registered";
  return access == common::v1::ACCESS_ADMIN ? "admin" : "staff";
}

json::object operation(const Route& route) {
  json::object described{{"operationId", route.rpc->name()},
                         {"summary", route.rule.summary()},
                         {"tags", json::array{route.service.empty() ? "platform" : route.service}}};
  if (auto list = parameters(route); !list.empty()) described["parameters"] = std::move(list);
  if (route.has_body) {
    described["requestBody"] = {{"required", true}, {"content", body_content(route)}};
  }
  described["responses"] = responses(route);
  described["security"] = route.rule.access() == common::v1::ACCESS_PUBLIC
                              ? json::array{}
                              : json::array{json::object{{"bearer", json::array{}}}};
  if (route.rule.access() > common::v1::ACCESS_USER) {
    described["x-role"] = role_of(route.rule.access());
  }
  return described;
}

json::object components(const RouteTable& routes) {
  json::object schemas;
  std::set<const google::protobuf::Descriptor*> seen;
  const auto add = [&](auto&& self, const google::protobuf::Descriptor* type) -> void {
    if (is_plain(type) || !seen.insert(type).second) return;
    schemas[schema_name(type)] = message_schema(type, {});
    for (int i = 0; i < type->field_count(); ++i) {
      if (type->field(i)->message_type() != nullptr) self(self, type->field(i)->message_type());
    }
  };
  for (const auto& route : routes.routes()) {
    const bool is_json = !route.rule.event_stream() && route.rule.produces().empty();
    if (is_json && route.rule.success_status() != 204) add(add, route.rpc->output_type());
    for (int i = 0; i < route.rpc->input_type()->field_count(); ++i) {
      const auto* nested = route.rpc->input_type()->field(i)->message_type();
      if (nested != nullptr) add(add, nested);
    }
  }
  schemas["Problem"] = problem_schema();
  return {{"schemas", std::move(schemas)},
          {"securitySchemes",
           {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "JWT"}}}}}};
}

}  // namespace

json::value openapi_document(const RouteTable& routes) {
  json::object paths;
  for (const auto& route : routes.routes()) {
    auto& path = paths[route.path];
    if (path.is_null()) path = json::object{};
    path.get_object()[text::to_lower(http::name(route.method))] = operation(route);
  }
  return json::object{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Souk"},
        {"version", "1"},
        {"description",
         "The public API of the Souk e-commerce platform. Money is an integer in minor "
         "units; lists are paged by opaque tokens; errors are RFC 9457 problems."},
        {"license", {{"name", "MIT"}, {"identifier", "MIT"}}}}},
      {"servers", json::array{json::object{{"url", "/"}}}},
      {"paths", std::move(paths)},
      {"components", components(routes)}};
}

}  // namespace souk::gateway
