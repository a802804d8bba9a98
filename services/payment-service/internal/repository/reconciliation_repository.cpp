#include "internal/repository/reconciliation_repository.hpp"

namespace souk::payment {
namespace {

using database::Query;

// The update that changes nothing gives back the row that is there.
constexpr Query kBeginRun{"reconciliation.begin", R"(
  INSERT INTO reconciliations (id, status, started_at, next_check_at) VALUES ($1, 'running', $2, $2)
  ON CONFLICT (tenant_id) WHERE status = 'running'
    DO UPDATE SET started_at = reconciliations.started_at
  RETURNING *)"};
constexpr Query kTakeDueRun{"reconciliation.take_due", R"(
  UPDATE reconciliations SET next_check_at = $2
  WHERE id = (SELECT id FROM reconciliations WHERE status = 'running' AND next_check_at <= $1
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING *)"};
constexpr Query kFinishRun{"reconciliation.finish", R"(
  UPDATE reconciliations
  SET status = $2, finished_at = $3, next_check_at = NULL, charges_compared = $4, resolved = $5,
      findings = $6::jsonb, failure = $7
  WHERE id = $1 AND status = 'running')"};
constexpr Query kPutBackRun{
    "reconciliation.put_back",
    "UPDATE reconciliations SET next_check_at = $2 WHERE id = $1 AND status = 'running'"};
constexpr Query kRunPage{"reconciliation.page", R"(
  SELECT * FROM reconciliations
  WHERE id < coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  ORDER BY id DESC LIMIT $2)"};

ReconciliationRun read_run(const database::Row& row) {
  return {.id = row.get<ReconciliationId>("id"),
          .tenant = row.get<TenantId>("tenant_id"),
          .status = run_status(row.get<std::string>("status")),
          .started_at = row.get<Time>("started_at"),
          .finished_at = row.get<std::optional<Time>>("finished_at"),
          .charges_compared = row.get<std::int64_t>("charges_compared"),
          .resolved = row.get<std::int64_t>("resolved"),
          .findings = findings_from_json(row.get<std::string>("findings")),
          .failure = row.get<std::string>("failure")};
}

}  // namespace

Task<ReconciliationRun> ReconciliationRepository::begin(database::Transaction& tx,
                                                        ReconciliationId id, Time now) {
  co_return read_run(co_await tx.query_one(kBeginRun, id, now));
}

Task<std::optional<ReconciliationRun>> ReconciliationRepository::take_due(database::Scope scope,
                                                                          Time now, Time until) {
  const auto row = co_await database_.query_optional(scope, kTakeDueRun, now, until);
  co_return row ? std::optional{read_run(*row)} : std::nullopt;
}

Task<> ReconciliationRepository::finish(const ReconciliationRun& run, database::Scope scope) {
  co_await database_.query(scope, kFinishRun, run.id, name(run.status), run.finished_at,
                           run.charges_compared, run.resolved, to_json(run.findings), run.failure);
}

Task<> ReconciliationRepository::put_back(const ReconciliationRun& run, database::Scope scope,
                                          Time next_check_at) {
  co_await database_.query(scope, kPutBackRun, run.id, next_check_at);
}

Task<std::vector<ReconciliationRun>> ReconciliationRepository::page(
    database::Scope scope, std::optional<ReconciliationId> below, int limit) {
  std::vector<ReconciliationRun> runs;
  for (const auto& row : co_await database_.query(scope, kRunPage, below, limit))
    runs.push_back(read_run(row));
  co_return runs;
}

}  // namespace souk::payment
