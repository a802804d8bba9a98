#include "internal/models/reconciliation_run.hpp"

#include <stdexcept>

#include <boost/json.hpp>

namespace souk::payment {
namespace {

namespace json = boost::json;

std::string member_of(const json::value& object, std::string_view name) {
  return std::string{object.at(name).as_string()};
}

}  // namespace

std::string_view name(RunStatus status) {
  switch (status) {
    case RunStatus::running: return "running";
    case RunStatus::done: return "done";
    case RunStatus::failed: return "failed";
  }
  return "failed";
}

RunStatus run_status(std::string_view text) {
  for (const auto status : {RunStatus::running, RunStatus::done, RunStatus::failed})
    if (name(status) == text) return status;
  throw std::logic_error{"no such status of a reconciliation"};
}

std::string to_json(const Findings& findings) {
  json::array differences, problems;
  for (const auto& [kind, reference, payment, detail] : findings.differences) {
    differences.push_back(json::object{
        {"kind", kind}, {"reference", reference}, {"payment", payment}, {"detail", detail}});
  }
  for (const auto& [kind, id, detail] : findings.problems)
    problems.push_back(json::object{{"kind", kind}, {"id", id}, {"detail", detail}});
  return json::serialize(json::object{{"differences", differences}, {"problems", problems}});
}

Findings findings_from_json(std::string_view text) {
  Findings findings;
  const auto document = json::parse({text.data(), text.size()});
  const auto& object = document.as_object();
  if (const auto* differences = object.if_contains("differences")) {
    for (const auto& item : differences->as_array()) {
      findings.differences.push_back({.kind = member_of(item, "kind"),
                                      .provider_reference = member_of(item, "reference"),
                                      .payment_id = member_of(item, "payment"),
                                      .detail = member_of(item, "detail")});
    }
  }
  if (const auto* problems = object.if_contains("problems")) {
    for (const auto& item : problems->as_array()) {
      findings.problems.push_back({.kind = member_of(item, "kind"),
                                   .id = member_of(item, "id"),
                                   .detail = member_of(item, "detail")});
    }
  }
  return findings;
}

}  // namespace souk::payment
