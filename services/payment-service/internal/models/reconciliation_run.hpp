#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "internal/models/differences.hpp"

namespace souk::payment {

using ReconciliationId = Id<struct ReconciliationTag>;

enum class RunStatus { running, done, failed };

std::string_view name(RunStatus status);
/// Throws std::logic_error for what the schema does not allow.
RunStatus run_status(std::string_view name);

/// What a reconciliation found: where providers and payments differ, and where the books do not balance.
struct Findings {
  std::vector<Difference> differences;
  std::vector<LedgerProblem> problems;
};

std::string to_json(const Findings& findings);
Findings findings_from_json(std::string_view text);

/// A reconciliation that staff has asked for. A value.
struct ReconciliationRun {
  ReconciliationId id;
  TenantId tenant;
  RunStatus status = RunStatus::running;
  Time started_at;
  std::optional<Time> finished_at = {};
  std::int64_t charges_compared = 0;
  std::int64_t resolved = 0;
  Findings findings = {};
  std::string failure = {};  ///< of a failed one, for people
};

}  // namespace souk::payment
