#pragma once

#include <optional>
#include <vector>

#include "internal/clients/inventory_client.hpp"
#include "internal/clients/payment_client.hpp"
#include "internal/service/checkout_writer.hpp"
#include "internal/service/order_metrics.hpp"
#include "middleware/log.hpp"

namespace souk::order {

/// A checkout under way, as its driver holds it: CreateOrder first, CheckoutRecovery after it.
struct CheckoutRun {
  Checkout checkout;
  Order order;           ///< as it stands
  bool charged = false;  ///< payment-service knows of it; from now on it is only asked
  /// Where each line's SKU first stood in the shopper's request; empty where nobody remembers.
  std::vector<std::size_t> positions = {};
  /// Why the order was rejected, once it was.
  std::optional<Error> rejection = std::nullopt;
};

/// Carries a placed order to its end: reserve, charge, settle; release where the payment failed. A
/// payment that needs its customer has a deadline: past it the payment is ended at its provider
/// first, and goes on like any other with what that says.
/// Every step is idempotent on the order, so that anybody may repeat or finish what another began.
/// Owned by the module, on its loop.
class CheckoutSaga {
 public:
  /// All of them outlive the saga.
  struct Parts {
    Inventory& inventory;
    Payments& payments;
    OrderRepository& orders;
    CheckoutRepository& checkouts;
    CheckoutWriter& writer;
    database::Database& database;
    messaging::Outbox& outbox;
    const Clock& clock;
    Log& log;
    OrderMetrics& metrics;
  };

  /// `action_time`: how long a customer has to do what his payment asks for.
  CheckoutSaga(Parts parts, std::chrono::milliseconds action_time)
      : parts_(parts), action_time_(action_time) {}

  /// Goes as far as it can. The order stays pending where the outcome of the payment is not known,
  /// or where a neighbour or the database cannot be reached: these are logged, not thrown.
  Task<> advance(const rpc::Call& call, CheckoutRun& run);

 private:
  Task<> drive(const rpc::Call& call, CheckoutRun& run);
  Task<bool> reserve(const rpc::Call& call, CheckoutRun& run);
  Task<PaymentState> pay(const rpc::Call& call, CheckoutRun& run);
  Task<> await_customer(const rpc::Call& call, CheckoutRun& run, const PaymentState& payment);
  Task<PaymentState> give_up(const rpc::Call& call, CheckoutRun& run);
  Task<PaymentState> refuse(const rpc::Call& call, OrderId order, std::string code);
  Task<> settle(const rpc::Call& call, CheckoutRun& run, PaymentState payment);
  Task<> release(const rpc::Call& call, CheckoutRun& run);
  Task<> reject(const rpc::Call& call, CheckoutRun& run, Rejected rejected, Error reason);
  Task<std::optional<Order>> end_unsold(database::Transaction& tx, const rpc::Call& call,
                                        const CheckoutRun& run, Rejected rejected);
  Task<> reload(CheckoutRun& run);
  Task<> look_again(const rpc::Call& call, CheckoutRun& run);
  void note(const rpc::Call& call, const CheckoutRun& run, const std::exception& failure);

  Parts parts_;
  std::chrono::milliseconds action_time_;
};

/// 409 that names the lines which lack stock.
Error out_of_stock(const CheckoutRun& run, const std::vector<std::string>& missing_skus);

/// Cancelled for a lack of stock, before anything was paid.
bool was_given_up(const Order& order);

}  // namespace souk::order
