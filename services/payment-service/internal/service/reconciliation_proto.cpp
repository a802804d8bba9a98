#include "internal/service/reconciliation_proto.hpp"

#include "runtime/proto_values.hpp"

namespace souk::payment {

v1::Difference to_proto(const Difference& difference) {
  v1::Difference proto;
  proto.set_kind(difference.kind);
  proto.set_provider_reference(difference.provider_reference);
  proto.set_payment_id(difference.payment_id);
  proto.set_detail(difference.detail);
  return proto;
}

v1::LedgerProblem to_proto(const LedgerProblem& problem) {
  v1::LedgerProblem proto;
  proto.set_kind(problem.kind);
  proto.set_id(problem.id);
  proto.set_detail(problem.detail);
  return proto;
}

v1::Reconciliation to_proto(const ReconciliationRun& run) {
  v1::Reconciliation proto;
  proto.set_id(run.id.str());
  proto.set_status(std::string{name(run.status)});
  *proto.mutable_started_at() = rpc::to_proto(run.started_at);
  if (run.finished_at) *proto.mutable_finished_at() = rpc::to_proto(*run.finished_at);
  proto.set_charges_compared(run.charges_compared);
  proto.set_resolved(run.resolved);
  for (const auto& difference : run.findings.differences)
    *proto.add_differences() = to_proto(difference);
  for (const auto& problem : run.findings.problems) *proto.add_problems() = to_proto(problem);
  proto.set_failure(run.failure);
  return proto;
}

}  // namespace souk::payment
