#include "database/failure.hpp"

#include <fmt/format.h>

namespace souk::database {
namespace {

constexpr const char* kRetryLater = "the service is busy or restarting; try again shortly";

/// The server cannot do it now but may later: connection trouble (08), lack of disk, memory or
/// connections (53), shutdown and start-up (57P0x), I/O (58), locks (55P03), lost races (40).
bool transient(std::string_view sqlstate) {
  const auto area = sqlstate.substr(0, 2);
  return area == "08" || area == "53" || area == "58" || area == "40" || sqlstate == "55P03" ||
         sqlstate == "25P03" || sqlstate.starts_with("57P0");
}

std::string diagnosis(const Failure& failure) {
  auto text = fmt::format("{}: {}", failure.query, failure.message);
  if (!failure.sqlstate.empty()) text += fmt::format(" [{}]", failure.sqlstate);
  if (!failure.constraint.empty()) text += fmt::format(" constraint {}", failure.constraint);
  return text;
}

DatabaseError busy(std::string sqlstate, std::string text) {
  return {unavailable(kRetryLater), std::move(sqlstate), std::move(text)};
}

Error shown(const ConstraintRule& rule) {
  Error error(rule.kind, rule.code, rule.detail);
  if (!rule.field.empty()) error.fields.push_back({rule.field, rule.code, rule.detail});
  return error;
}

}  // namespace

ErrorMap::ErrorMap(std::vector<ConstraintRule> rules) {
  for (auto& rule : rules) {
    auto name = rule.constraint;
    rules_.emplace(std::move(name), std::move(rule));
  }
}

DatabaseError ErrorMap::translate(const Failure& failure) const {
  if (failure.timed_out || failure.sqlstate == "57014") {
    return deadline_exceeded(diagnosis(failure));
  }
  if (failure.lost || transient(failure.sqlstate))
    return busy(failure.sqlstate, diagnosis(failure));
  if (failure.sqlstate.starts_with("23")) {
    if (auto rule = rules_.find(failure.constraint); rule != rules_.end()) {
      return {shown(rule->second), failure.sqlstate, diagnosis(failure)};
    }
  }
  return {Error(Kind::internal, "internal", "an internal error occurred"), failure.sqlstate,
          diagnosis(failure)};
}

DatabaseError deadline_exceeded(std::string text) {
  return {Error(Kind::deadline_exceeded, "deadline_exceeded", "the time for this call is over"),
          "57014", std::move(text)};
}

DatabaseError commit_unknown(const Failure& failure) {
  Error error = unavailable("the outcome of this call is not known; look before trying again");
  error.code = "commit_unknown";
  return {std::move(error), failure.sqlstate, "lost at COMMIT: " + diagnosis(failure)};
}

DatabaseError unreachable(std::string text) { return busy("", std::move(text)); }

}  // namespace souk::database
