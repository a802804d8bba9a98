#pragma once

#include "internal/repository/reconciliation_repository.hpp"
#include "internal/service/reconciliation.hpp"
#include "payment/payment.pb.h"
#include "runtime/job.hpp"
#include "runtime/module.hpp"
#include "runtime/page_token.hpp"

namespace souk::payment {

/// Reconciliations that staff asks for. A big shop's takes longer than a request may, so they are carried
/// out by a job, of whichever replica comes first; one that was killed with its replica begins again.
/// Owned by the module, on its loop.
class ReconciliationRuns {
 public:
  ReconciliationRuns(const runtime::ModuleContext& context, database::Database& database,
                     Reconciliation& reconciliation, PaymentRepository& payments,
                     LedgerRepository& ledger);

  void start() { job_.start(); }
  /// Breaks off what is under way; another replica takes it on.
  Task<> stop();

  Task<v1::Reconciliation> begin(rpc::Call& call, const v1::StartReconciliationRequest& request);
  Task<v1::ListReconciliationsReply> list(const rpc::Call& call,
                                          const v1::ListReconciliationsRequest& request);
  /// Carries out what is due.
  Task<> run_due();

 private:
  Task<> carry_out(ReconciliationRun run);
  Task<std::vector<Difference>> differences_of(TenantId tenant, std::vector<Difference> all,
                                               Deadline deadline);

  database::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  Log& log_;
  Reconciliation& reconciliation_;
  PaymentRepository& payments_;
  LedgerRepository& ledger_;
  ReconciliationRepository runs_;
  runtime::PageTokens tokens_;
  bool stopping_ = false;
  runtime::Job job_;
};

}  // namespace souk::payment
