#pragma once

#include <cstdint>

#include <boost/asio/any_io_executor.hpp>

#include "internal/service/refund_payment.hpp"
#include "internal/service/settlement.hpp"
#include "messaging/outbox.hpp"
#include "middleware/log.hpp"
#include "middleware/metrics.hpp"

namespace souk::payment {

/// Finishes what callers had to leave open and what a killed process left behind: takes pending
/// payments and refunds of every tenant that nobody is looking after, asks the provider, books the
/// outcome and tells of it (PaymentSettled, RefundSettled, RefundFailed) in one commit. A refund that
/// succeeded is asked about some more times: the customer's bank may send it back.
/// Owned by the module, lives on its loop. Any number of replicas may sweep at once.
class Recovery {
 public:
  Recovery(boost::asio::any_io_executor loop, database::Database& database, Random& random,
           const Clock& clock, Log& log, Metrics& metrics, PaymentRepository& payments,
           RefundRepository& refunds, Settlement& settlement, RefundPayment& refund,
           messaging::Outbox& outbox, const PaymentPolicy& policy)
      : loop_(std::move(loop)),
        database_(database),
        random_(random),
        clock_(clock),
        log_(log),
        metrics_(metrics),
        payments_(payments),
        refunds_(refunds),
        settlement_(settlement),
        refund_(refund),
        outbox_(outbox),
        policy_(policy) {}

  enum class Reach {
    due,         ///< what nobody is looking after
    everything,  ///< also what somebody may be working on: harmless, for every step is idempotent
  };

  /// One pass; the number of payments and refunds whose outcome is known now.
  Task<std::int64_t> sweep(Reach reach);

  /// Looks after one payment now, whoever was going to: there is news of it. Gives back the payment
  /// as it stands after that. Throws Error{not_found}.
  Task<Payment> look_now(TenantId tenant, OrderId order_id);
  /// Asks about each refund of a payment now: its provider says that another sum went back.
  Task<> look_at_refunds(Payment payment);

 private:
  Task<std::int64_t> sweep_payments(Time due_at, Time until);
  Task<std::int64_t> sweep_refunds(Time due_at, Time until);
  Task<bool> resolve(Payment payment);
  Task<bool> resolve(Refund refund);
  Task<bool> look_again(Refund refund);
  void tell_failed(database::Transaction& tx, const rpc::Call& call, const Refund& refund,
                   std::string_view why);
  template <class Item>
  Task<std::int64_t> resolve_all(std::vector<Item> items);
  template <class Item>
  Task<> resolve_logged(Item item, std::int64_t& resolved);
  rpc::Call call(TenantId tenant) const;

  boost::asio::any_io_executor loop_;
  database::Database& database_;
  Random& random_;
  const Clock& clock_;
  Log& log_;
  Metrics& metrics_;
  PaymentRepository& payments_;
  RefundRepository& refunds_;
  Settlement& settlement_;
  RefundPayment& refund_;
  messaging::Outbox& outbox_;
  const PaymentPolicy& policy_;
};

}  // namespace souk::payment
