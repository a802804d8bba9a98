#pragma once

#include "internal/models/reconciliation_run.hpp"
#include "payment/payment.pb.h"

/// What reconciliations find, as replies show it. Pure.
namespace souk::payment {

v1::Difference to_proto(const Difference& difference);
v1::LedgerProblem to_proto(const LedgerProblem& problem);
v1::Reconciliation to_proto(const ReconciliationRun& run);

}  // namespace souk::payment
