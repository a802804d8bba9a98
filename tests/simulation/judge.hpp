#pragma once

#include "tests/simulation/nodes.hpp"
#include "tests/simulation/provider.hpp"

namespace souk::simulation {

/// What a shopper was told in the end.
struct Told {
  enum class Answer { sold, declined, out_of_stock };

  Purchase purchase;
  Answer answer = Answer::out_of_stock;
  OrderId order;
};

/// Everybody's account of what happened, once nothing is under way.
struct Accounts {
  const Lines& stock;  ///< at first
  const std::vector<Told>& told;
  const std::vector<OrderFact>& orders;
  std::map<std::string, InventoryBooks::Count> counts;
  std::vector<HoldFact> holds;
  std::vector<PaymentFact> payments;
  const Provider& provider;
};

/// Nobody has paid for it, and nobody gets it.
bool is_unpaid(const std::string& status);

/// One line for each thing on which two accounts differ.
std::vector<std::string> compare(const Accounts& accounts);

}  // namespace souk::simulation
