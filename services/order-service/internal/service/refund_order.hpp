#pragma once

#include "internal/service/refund_runner.hpp"
#include "order/order.pb.h"

namespace souk::order {

/// POST /orders/{id}/refunds: decides a refund in one commit, then has the money moved. Owned by
/// the module, on its loop.
class RefundOrder {
 public:
  /// All of them outlive the use case.
  struct Parts {
    database::Database& database;
    RefundRepository& refunds;
    RefundRunner& runner;
    IdGenerator& ids;
    const Clock& clock;
  };

  explicit RefundOrder(Parts parts) : parts_(parts) {}

  /// Succeeded in the usual case; pending where payment-service does not answer in time: it settles
  /// by itself, and a retry with the same key shows how it stands. Throws Error{not_found},
  /// {invalid_transition}, {validation_failed} on `amount`.
  Task<v1::OrderRefund> run(rpc::Call& call, const v1::RefundOrderRequest& request);

 private:
  Task<Refund> decide(database::Transaction& tx, const rpc::Call& call,
                      const v1::RefundOrderRequest& request);

  Parts parts_;
};

}  // namespace souk::order
