#pragma once

#include <optional>
#include <string>
#include <vector>

#include "internal/clients/payment_client.hpp"
#include "internal/clients/product_client.hpp"
#include "internal/models/tax.hpp"
#include "internal/service/attendance.hpp"
#include "internal/service/checkout_limits.hpp"
#include "internal/service/checkout_saga.hpp"
#include "internal/service/shipping_methods.hpp"

namespace souk::order {

/// What a shopper asks for.
struct NewOrder {
  std::vector<CartLine> lines;
  Address shipping_address;
  PaymentInstrument instrument;
  std::optional<Money> expected_total;  ///< what the shopper was shown
  std::string shipping_method = {};     ///< its code; empty: the cheapest that delivers there
  std::string fingerprint;  ///< of the whole request: the same key must come with the same one
};

/// POST /orders: prices the cart, places the order, drives its saga, and answers within the wait, or
/// as soon as the customer has to act.
/// Owned by the module, on its loop.
class CreateOrder {
 public:
  /// All of them outlive the use case.
  struct Parts {
    Products& products;
    Payments& payments;
    OrderRepository& orders;
    CheckoutRepository& checkouts;
    CheckoutWriter& writer;
    CheckoutSaga& saga;
    Attendance& attendance;
    const ShippingMethods& shipping;
    IdGenerator& ids;
    const Clock& clock;
    Random& random;
    Log& log;
  };

  CreateOrder(Parts parts, CheckoutLimits limits, TaxRules taxes)
      : parts_(parts), limits_(limits), taxes_(std::move(taxes)) {}

  /// The order: confirmed, or pending with 202 where its outcome is not known in time or the customer
  /// has to act (Order::waiting). Throws
  /// Error{payment_declined} with its order_id, {out_of_stock}, {price_changed},
  /// {validation_failed} (unknown_sku, not_sellable, mixed_currencies, unknown_shipping_method,
  /// not_deliverable), {idempotency_key_required |
  /// _reused | _in_progress}, {too_many_open_orders}. A key that was used before gives the outcome
  /// that it led to.
  Task<Order> run(rpc::Call& call, NewOrder wish);

  /// POST /orders/{id}/payment/return: the customer has done what the payment asked for, or not.
  /// Asks, goes on with the checkout, and answers like run().
  Task<Order> resume(rpc::Call& call, OrderId id);

 private:
  Task<Result<PricedCart>> price(const rpc::Call& call, const NewOrder& wish,
                                 const std::vector<CartLine>& lines);
  Task<std::optional<CheckoutRun>> place(const rpc::Call& call, const NewOrder& wish,
                                         const std::vector<CartLine>& lines,
                                         const PricedCart& cart);
  Task<std::optional<Order>> replay(rpc::Call& call, const std::string& fingerprint);
  Task<Order> drive(rpc::Call& call, CheckoutRun run);
  Task<> hand_over(CheckoutRun& run);
  Task<Order> answer(rpc::Call& call, CheckoutRun run);

  Parts parts_;
  CheckoutLimits limits_;
  TaxRules taxes_;
};

}  // namespace souk::order
