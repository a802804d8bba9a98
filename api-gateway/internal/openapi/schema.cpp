#include "internal/openapi/schema.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "common/options.pb.h"

namespace souk::gateway {
namespace {

namespace json = boost::json;
using common::v1::FieldRule;
using google::protobuf::FieldDescriptor;

void add_format(json::object& schema, common::v1::Format format) {
  switch (format) {
    case common::v1::FORMAT_EMAIL: schema["format"] = "email"; return;
    case common::v1::FORMAT_UUID: schema["format"] = "uuid"; return;
    case common::v1::FORMAT_COUNTRY: schema["pattern"] = "^[A-Z]{2}$"; return;
    case common::v1::FORMAT_CURRENCY: schema["pattern"] = "^[A-Z]{3}$"; return;
    case common::v1::FORMAT_SKU: schema["pattern"] = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"; return;
    case common::v1::FORMAT_SLUG: schema["pattern"] = "^[a-z0-9]+(-[a-z0-9]+)*$"; return;
    case common::v1::FORMAT_PHONE: schema["pattern"] = "^\\+[1-9][0-9]{6,14}$"; return;
    default: return;
  }
}

json::object string_schema(const FieldRule& rule) {
  json::object schema{{"type", "string"}};
  if (rule.min_length() > 0) schema["minLength"] = rule.min_length();
  if (rule.max_length() > 0) schema["maxLength"] = rule.max_length();
  if (rule.one_of_size() > 0) {
    json::array values;
    for (const auto& value : rule.one_of()) values.emplace_back(value);
    schema["enum"] = std::move(values);
  }
  if (!rule.pattern().empty()) schema["pattern"] = fmt::format("^{}$", rule.pattern());
  add_format(schema, rule.format());
  if (rule.secret()) schema["writeOnly"] = true;
  return schema;
}

json::object integer_schema(const FieldRule& rule, std::string_view format) {
  json::object schema{{"type", "integer"}, {"format", format}};
  if (rule.has_min()) schema["minimum"] = rule.min();
  if (rule.has_max()) schema["maximum"] = rule.max();
  return schema;
}

json::object single_schema(const FieldDescriptor* field, const FieldRule& rule) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return {{"type", "boolean"}};
    case FieldDescriptor::CPPTYPE_INT32: return integer_schema(rule, "int32");
    case FieldDescriptor::CPPTYPE_INT64: return integer_schema(rule, "int64");
    case FieldDescriptor::CPPTYPE_DOUBLE: return {{"type", "number"}};
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field->message_type()->full_name() == "google.protobuf.Timestamp") {
        return {{"type", "string"}, {"format", "date-time"}};
      }
      return {{"$ref", fmt::format("#/components/schemas/{}", schema_name(field->message_type()))}};
    default: return string_schema(rule);
  }
}

}  // namespace

std::string schema_name(const google::protobuf::Descriptor* type) { return type->name(); }

bool is_plain(const google::protobuf::Descriptor* type) {
  return type->options().map_entry() || type->full_name() == "google.protobuf.Timestamp";
}

json::object field_schema(const FieldDescriptor* field) {
  const auto& rule = field->options().GetExtension(common::v1::field);
  if (field->is_map()) return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
  if (!field->is_repeated()) return single_schema(field, rule);
  json::object schema{{"type", "array"}, {"items", single_schema(field, rule)}};
  if (rule.min_items() > 0) schema["minItems"] = rule.min_items();
  if (rule.max_items() > 0) schema["maxItems"] = rule.max_items();
  return schema;
}

json::object message_schema(const google::protobuf::Descriptor* type,
                            const std::vector<std::string>& left_out) {
  json::object properties;
  json::array required;
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (std::ranges::find(left_out, field->name()) != left_out.end()) continue;
    properties[field->name()] = field_schema(field);
    const auto& rule = field->options().GetExtension(common::v1::field);
    if (rule.required() || rule.min_items() > 0) required.emplace_back(field->name());
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

json::object problem_schema() {
  const json::object text{{"type", "string"}};
  const json::object problem{{"type", "object"},
                             {"properties", {{"field", text}, {"code", text}, {"message", text}}}};
  return {{"type", "object"},
          {"properties",
           {{"type", text},
            {"title", text},
            {"status", {{"type", "integer"}}},
            {"detail", text},
            {"instance", text},
            {"code", text},
            {"trace_id", text},
            {"errors", {{"type", "array"}, {"items", problem}}}}},
          {"required", json::array{"type", "title", "status", "code"}}};
}

}  // namespace souk::gateway
