#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "internal/repository/payment_repository.hpp"
#include "internal/repository/payment_writer.hpp"
#include "internal/service/settlement.hpp"
#include "runtime/call.hpp"

namespace souk::payment {

struct ChargeCommand {
  OrderId order_id;
  UserId user_id;
  Money amount;
  std::string token;
  std::string method = "card";
};

/// Charges once per order, whatever is retried and by however many at once: the first to commit the
/// intent speaks to the provider, the others wait for what comes of it.
/// Owned by the module, lives on its loop.
class ChargePayment {
 public:
  ChargePayment(boost::asio::any_io_executor loop, IdGenerator& ids, const Clock& clock,
                const Providers& providers, PaymentRepository& payments, PaymentWriter& writer,
                Settlement& settlement, const PaymentPolicy& policy)
      : loop_(std::move(loop)),
        ids_(ids),
        clock_(clock),
        providers_(providers),
        payments_(payments),
        writer_(writer),
        settlement_(settlement),
        policy_(policy) {}

  /// The order's payment; pending where its outcome is not known by the call's deadline (Recovery
  /// goes on with it), or where its customer has to do something first. Throws `payment_mismatch`
  /// for another amount than the first time, `payment_method_unavailable`.
  Task<Payment> operator()(const rpc::Call& call, ChargeCommand command);

 private:
  Payment intent(const rpc::Call& call, ChargeCommand command);
  Task<Payment> pursue(Payment payment, Deadline until);
  Task<bool> hand_over(Payment& payment);
  Task<Payment> of_someone_else(const rpc::Call& call, ChargeCommand command, Deadline until);
  Task<Payment> read(TenantId tenant, OrderId order_id);

  boost::asio::any_io_executor loop_;
  IdGenerator& ids_;
  const Clock& clock_;
  const Providers& providers_;
  PaymentRepository& payments_;
  PaymentWriter& writer_;
  Settlement& settlement_;
  const PaymentPolicy& policy_;
};

}  // namespace souk::payment
