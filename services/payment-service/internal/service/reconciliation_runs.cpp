#include "internal/service/reconciliation_runs.hpp"

#include <unordered_set>

#include <fmt/format.h>

#include "internal/service/reconciliation_proto.hpp"
#include "internal/service/time_limits.hpp"
#include "runtime/idempotency.hpp"

namespace souk::payment {
namespace {

/// For a hundred thousand payments at a provider that gives a hundred a request.
constexpr std::chrono::minutes kRunTime{10};
/// Whoever works on it longer is dead.
constexpr std::chrono::minutes kRunLease = kRunTime + std::chrono::minutes{1};
/// A wake-up that was lost (another replica's) costs this much.
constexpr std::chrono::seconds kRunPause{2};
/// Problems of the books that one run names, at most.
constexpr int kRunProblems = 1000;

}  // namespace

ReconciliationRuns::ReconciliationRuns(const runtime::ModuleContext& context,
                                       database::Database& database, Reconciliation& reconciliation,
                                       PaymentRepository& payments, LedgerRepository& ledger)
    : database_(database),
      clock_(context.clock),
      ids_(context.ids),
      log_(context.log),
      reconciliation_(reconciliation),
      payments_(payments),
      ledger_(ledger),
      runs_(database),
      tokens_(context.key),
      job_(context.loop, context.log, "reconciliations", kRunPause, [this] { return run_due(); }) {}

Task<> ReconciliationRuns::stop() {
  stopping_ = true;
  reconciliation_.break_off();
  return job_.stop();
}

Task<v1::Reconciliation> ReconciliationRuns::begin(rpc::Call& call,
                                                   const v1::StartReconciliationRequest& request) {
  auto reply = co_await database_.transact(
      call.scope(), [&](database::Transaction& tx) -> Task<v1::Reconciliation> {
        runtime::Idempotency once{call, "StartReconciliation", request};
        if (auto stored = co_await once.claim<v1::Reconciliation>(tx)) co_return *std::move(stored);
        auto begun =
            to_proto(co_await runs_.begin(tx, ReconciliationId{ids_.next()}, clock_.now()));
        once.store(tx, begun);
        co_return begun;
      });
  job_.wake();
  co_return reply;
}

Task<v1::ListReconciliationsReply> ReconciliationRuns::list(
    const rpc::Call& call, const v1::ListReconciliationsRequest& request) {
  const auto name = fmt::format("reconciliations {}", call.identity.tenant.str());
  const auto after = tokens_.read(name, request.page_token());
  const auto below = after ? std::optional{ReconciliationId::from(after->at(0))} : std::nullopt;
  const int size = request.has_page_size() ? request.page_size() : runtime::kDefaultPageSize;
  v1::ListReconciliationsReply reply;
  for (const auto& run : co_await runs_.page(call.scope(), below, size + 1)) {
    if (reply.items_size() == size) {
      reply.set_next_page_token(tokens_.make(name, {reply.items(size - 1).id()}));
      break;
    }
    *reply.add_items() = to_proto(run);
  }
  co_return reply;
}

Task<> ReconciliationRuns::run_due() {
  while (!stopping_) {
    const auto now = clock_.now();
    auto run = co_await runs_.take_due({kEveryTenant, database_deadline()}, now, now + kRunLease);
    if (!run) co_return;
    co_await carry_out(*std::move(run));
  }
}

Task<> ReconciliationRuns::carry_out(ReconciliationRun run) {
  try {
    const auto deadline = std::chrono::steady_clock::now() + kRunTime;
    auto report = co_await reconciliation_.run(deadline);
    run.charges_compared = report.charges_compared;
    run.resolved = report.resolved;
    run.findings.differences =
        co_await differences_of(run.tenant, std::move(report.differences), deadline);
    run.findings.problems = co_await ledger_.problems({run.tenant, deadline}, kRunProblems);
    run.status = RunStatus::done;
  } catch (const Error& error) {
    log_.warn("a reconciliation was not finished", {{"why", error.detail}});
    run.status = RunStatus::failed;
    run.failure = error.detail;
  }
  const database::Scope scope{run.tenant, database_deadline()};
  if (run.status == RunStatus::failed && stopping_) {
    co_await runs_.put_back(run, scope, clock_.now());
    co_return;
  }
  run.finished_at = clock_.now();
  co_await runs_.finish(run, scope);
}

/// Providers know nothing of tenants. What is about nobody's payment is for the shop that has the account.
Task<std::vector<Difference>> ReconciliationRuns::differences_of(TenantId tenant,
                                                                 std::vector<Difference> all,
                                                                 Deadline deadline) {
  std::vector<PaymentId> ids;
  for (const auto& difference : all)
    if (!difference.payment_id.empty()) ids.push_back(PaymentId::from(difference.payment_id));
  std::unordered_set<std::string> own;
  for (const auto& payment : co_await payments_.by_ids({tenant, deadline}, ids))
    own.insert(payment.id.str());
  std::erase_if(all, [&](const Difference& difference) {
    return difference.payment_id.empty() ? tenant != kDefaultTenant
                                         : !own.contains(difference.payment_id);
  });
  co_return all;
}

}  // namespace souk::payment
