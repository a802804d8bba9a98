#pragma once

#include "internal/clients/payment_client.hpp"
#include "internal/repository/order_repository.hpp"
#include "internal/repository/refund_repository.hpp"
#include "messaging/outbox.hpp"
#include "middleware/log.hpp"
#include "runtime/task_group.hpp"

namespace souk::order {

/// Moves the money of decided refunds, and writes down that it has moved. Everything is idempotent
/// on the refund, so that a request, the job and the event of a late success may all do it at once.
/// Owned by the module, on its loop.
class RefundRunner {
 public:
  /// All of them outlive the runner.
  struct Parts {
    database::Database& database;
    RefundRepository& refunds;
    Payments& payments;
    messaging::Outbox& outbox;
    const Clock& clock;
    Random& random;
    Log& log;
  };

  /// `lease`: how long a refund is left to whoever tries it, at first.
  RefundRunner(boost::asio::any_io_executor loop, Parts parts, std::chrono::milliseconds lease)
      : parts_(parts), lease_(lease), attempts_(std::move(loop)) {}

  /// Tries every refund that is due, of every tenant, side by side.
  Task<> run_once();

  /// Tries one within the time of a request. What goes wrong is logged: the job goes on.
  Task<> try_now(const rpc::Call& call, RefundId id);

  /// The money has moved: in the stream, in the projection, to the customer. Nothing where that is
  /// known.
  Task<> complete(database::Transaction& tx, const rpc::Call& call, RefundId id, OrderId order_id,
                  Money amount);

  /// The customer has not got the money, or has not kept it: in the stream, in the projection, to the
  /// customer. Nothing where that is known, or where the refund is none of ours.
  Task<> fail(database::Transaction& tx, const rpc::Call& call, RefundId id, OrderId order_id,
              Money amount);

 private:
  Task<> attempt(rpc::Call call, Refund refund);

  Parts parts_;
  std::chrono::milliseconds lease_;
  runtime::TaskGroup attempts_;
};

}  // namespace souk::order
