#include "runtime/otlp.hpp"

#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace souk::runtime {
namespace {

namespace json = boost::json;

constexpr int kStatusError = 2;

json::value to_any_value(const SpanData::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return {{"stringValue", *text}};
  // 64-bit integers are strings in protobuf's JSON.
  return {{"intValue", std::to_string(std::get<std::int64_t>(value))}};
}

json::value attribute(std::string_view key, const SpanData::Value& value) {
  return {{"key", key}, {"value", to_any_value(value)}};
}

std::string unix_nanos(Time time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

json::object to_json(const SpanData& span) {
  json::array attributes;
  for (const auto& [key, value] : span.attributes) attributes.push_back(attribute(key, value));
  if (!span.failure.empty()) attributes.push_back(attribute("error.type", span.failure));
  json::object object{{"traceId", span.trace.trace_id()},
                      {"spanId", span.trace.span_id()},
                      {"name", span.name},
                      {"kind", static_cast<int>(span.kind)},
                      {"startTimeUnixNano", unix_nanos(span.start)},
                      {"endTimeUnixNano", unix_nanos(span.end)},
                      {"attributes", std::move(attributes)}};
  if (span.trace.parent != 0) object["parentSpanId"] = fmt::format("{:016x}", span.trace.parent);
  if (!span.failure.empty()) object["status"] = {{"code", kStatusError}};
  return object;
}

json::value resource_of(const TraceResource& resource, const std::string& service) {
  return {{"attributes",
           {attribute("service.name", service), attribute("service.namespace", "souk"),
            attribute("service.version", resource.version),
            attribute("service.instance.id", resource.instance)}}};
}

}  // namespace

std::string otlp_json(const TraceResource& resource, std::span<const SpanData> spans) {
  std::map<std::string, json::array> by_service;
  for (const auto& span : spans) by_service[span.service].push_back(to_json(span));
  json::array resources;
  for (auto& [service, of_service] : by_service) {
    json::object scope{{"scope", {{"name", "souk"}, {"version", resource.version}}},
                       {"spans", std::move(of_service)}};
    resources.push_back({{"resource", resource_of(resource, service)},
                         {"scopeSpans", json::array{std::move(scope)}}});
  }
  return json::serialize(json::object{{"resourceSpans", std::move(resources)}});
}

}  // namespace souk::runtime
