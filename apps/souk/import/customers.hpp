#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "apps/souk/online_retail/order.hpp"
#include "backend.hpp"

namespace souk::app {

/// Whose an order is: the account's id by CustomerID, and the one that all guests share. A value.
class Customers {
 public:
  using Accounts = std::unordered_map<std::string, std::string>;

  /// `accounts` by customer number; the guests' is under "".
  explicit Customers(Accounts accounts) : accounts_(std::move(accounts)) {}

  const std::string& account_of(const online_retail::Order& order) const {
    return accounts_.at(order.customer_id.value_or(""));
  }
  std::size_t size() const { return accounts_.size(); }

 private:
  Accounts accounts_;
};

/// Makes an account for every customer of these orders that has none yet. They have no password: nobody
/// can log in to them until one is set. Throws Error{conflict, "email_taken"} where one of their
/// addresses (customer-17850@online-retail.invalid) belongs to somebody else.
Customers import_customers(Backend& backend, std::span<const online_retail::Order> orders);

}  // namespace souk::app
