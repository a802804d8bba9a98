#include "http/problem.hpp"

#include <boost/json.hpp>

namespace souk::http {
namespace {

namespace json = boost::json;

/// Members that an Error::extra must not replace.
bool reserved(std::string_view member) {
  for (const std::string_view name :
       {"type", "title", "status", "detail", "instance", "code", "trace_id", "errors"}) {
    if (member == name) return true;
  }
  return false;
}

json::array field_errors(const std::vector<FieldError>& fields) {
  json::array list;
  for (const auto& field : fields) {
    list.push_back({{"field", field.field}, {"code", field.code}, {"message", field.message}});
  }
  return list;
}

Response render(int status, std::string_view heading, const Error& error, std::string_view instance,
                std::string_view trace_id) {
  json::object document{{"type", "urn:souk:problem:" + error.code},
                        {"title", heading},
                        {"status", status},
                        {"detail", error.detail},
                        {"code", error.code}};
  if (!instance.empty()) document["instance"] = instance;
  if (!trace_id.empty()) document["trace_id"] = trace_id;
  if (!error.fields.empty()) document["errors"] = field_errors(error.fields);
  for (const auto& [name, value] : error.extra) {
    if (!reserved(name)) document[name] = value;
  }

  Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/problem+json");
  // Every 503 says when to come back; where nobody knows better, in a second.
  if (error.retry_after || status == 503) {
    const auto after = error.retry_after.value_or(std::chrono::seconds{1});
    response.headers.add("Retry-After", std::to_string(after.count()));
  }
  response.body = json::serialize(document);
  return response;
}

}  // namespace

Response problem(const Error& error, std::string_view instance, std::string_view trace_id) {
  if (error.kind == Kind::internal) {
    const Error shown{Kind::internal, "internal_error", "Something went wrong on our side."};
    return render(http_status(shown.kind), title(shown.kind), shown, instance, trace_id);
  }
  return render(http_status(error.kind), title(error.kind), error, instance, trace_id);
}

Response problem(int status, const Error& error, std::string_view instance,
                 std::string_view trace_id) {
  if (error.kind == Kind::internal) return problem(error, instance, trace_id);
  return render(status, reason_phrase(status), error, instance, trace_id);
}

}  // namespace souk::http
