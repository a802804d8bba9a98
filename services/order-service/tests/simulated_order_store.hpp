#pragma once

#include "internal/models/checkout.hpp"
#include "internal/models/refund.hpp"
#include "tests/simulation/nodes.hpp"

namespace souk::order {

/// The tables of order-service in the simulation.
class Books final : public simulation::OrderBooks {
 public:
  Books(simulation::World& its_world, const simulation::PlantedFaults& its_faults)
      : OrderBooks(its_world), planted(its_faults) {}

  std::vector<simulation::OrderFact> orders() const override;
  std::size_t open() const override;

  struct CheckoutRow {
    Checkout checkout;
    std::string key;
    std::string fingerprint;
    simulation::Instant due_at;
    int attempts = 0;
    bool attended = true;
    bool told = false;
    std::optional<WaitingPayment> waiting = {};
    std::optional<simulation::Instant> act_before = {};
  };
  struct RefundRow {
    Refund refund;
    simulation::Instant due_at;
    int attempts = 0;
  };

  const simulation::PlantedFaults& planted;
  simulation::Table<OrderId, std::vector<Event>> streams;
  simulation::Table<OrderId, CheckoutRow> checkouts;
  simulation::Table<RefundId, RefundRow> refunds;
};

}  // namespace souk::order
