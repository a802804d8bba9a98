#pragma once

#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "database/database.hpp"
#include "internal/gateway/providers.hpp"
#include "internal/repository/payment_repository.hpp"
#include "internal/repository/refund_repository.hpp"
#include "internal/service/policy.hpp"
#include "runtime/call.hpp"

namespace souk::payment {

struct RefundCommand {
  RefundId refund_id;
  OrderId order_id;
  Money amount;
  std::string reason;
};

/// Refunds once per refund id. The amount is set aside on the locked payment before the provider
/// hears of it, so that however many refunds run at once, their sum stays within what was captured.
/// Owned by the module, lives on its loop.
class RefundPayment {
 public:
  RefundPayment(boost::asio::any_io_executor loop, database::Database& database, const Clock& clock,
                const Providers& providers, PaymentRepository& payments, RefundRepository& refunds,
                const PaymentPolicy& policy)
      : loop_(std::move(loop)),
        database_(database),
        clock_(clock),
        providers_(providers),
        payments_(payments),
        refunds_(refunds),
        policy_(policy) {}

  /// The refund; pending where its outcome is not known by the call's deadline (Recovery goes on
  /// with it). Throws refund_exceeds_capture, payment_not_captured, refund_mismatch,
  /// refund_refused.
  Task<Refund> operator()(const rpc::Call& call, RefundCommand command);

  /// Refunds all that is left, once; nothing where nothing is.
  Task<> rest(const rpc::Call& call, OrderId order_id, std::string reason);

  /// Asks the provider for a recorded refund, a few times; empty: no answer.
  Task<std::optional<ProviderRefund>> attempt(const Refund& refund, Deadline until);
  /// Asks how one that succeeded stands; empty: no answer.
  Task<std::optional<Verdict>> look(const Refund& refund, Deadline until);

  /// Books what the provider said; false if that has been done before. In the caller's transaction.
  Task<bool> book(database::Transaction& tx, const Refund& refund, ProviderRefund made);

 private:
  using Amount = std::optional<Money>;  ///< empty: all that is left

  Task<std::optional<Refund>> record(database::Scope scope, RefundId id, OrderId order_id,
                                     Amount amount, std::string reason);
  Task<Refund> carry_out(const rpc::Call& call, Refund refund);

  boost::asio::any_io_executor loop_;
  database::Database& database_;
  const Clock& clock_;
  const Providers& providers_;
  PaymentRepository& payments_;
  RefundRepository& refunds_;
  const PaymentPolicy& policy_;
};

}  // namespace souk::payment
