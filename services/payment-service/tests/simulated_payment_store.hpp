#pragma once

#include "internal/models/payment.hpp"
#include "tests/simulation/nodes.hpp"

namespace souk::payment {

/// The tables of payment-service in the simulation.
class Books final : public simulation::PaymentBooks {
 public:
  using PaymentBooks::PaymentBooks;

  std::vector<simulation::PaymentFact> payments() const override;

  /// A row, and when somebody has to look after it.
  template <class Row>
  struct Checked {
    Row row;
    std::optional<Time> next_check_at;
  };

  /// The payment of an order; null where there is none.
  const Checked<Payment>* of_order(OrderId order) const;
  /// Writes the row, and checks what its table's constraints do.
  void save(Payment payment, std::optional<Time> next_check_at);
  /// Turns a pending payment into what it became; empty if it was not pending any more.
  std::optional<Payment> settle(PaymentId id, const Outcome& outcome, Time now);

  simulation::Table<PaymentId, Checked<Payment>> paid;
  simulation::Table<RefundId, Checked<Refund>> refunds;
};

}  // namespace souk::payment
