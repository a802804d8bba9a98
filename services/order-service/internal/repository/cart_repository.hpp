#pragma once

#include <span>
#include <vector>

#include "database/database.hpp"
#include "internal/models/cart.hpp"
#include "internal/models/order.hpp"

namespace souk::order {

/// The SQL of carts and cart_items. Owned by Carts, on the module's loop; whatever takes a Transaction is
/// part of the caller's.
class CartRepository {
 public:
  /// Outlives the repository.
  explicit CartRepository(database::Database& database) : database_(database) {}

  Task<Cart> find(database::Scope scope, UserId user);

  /// The user's cart waits for nobody else until the transaction ends; made where there is none.
  static void queue_touch(database::Transaction& tx, UserId user, Time now);

  /// Sets the quantity of each line, which has a SKU of its own; where `grow_only`, a smaller one
  /// changes nothing. `added` orders the lines that are new.
  static void queue_put(database::Transaction& tx, UserId user, std::span<const CartLine> lines,
                        std::span<const Uuid> added, bool grow_only);
  static void queue_remove(database::Transaction& tx, UserId user, const std::string& sku);

  static Task<Cart> load(database::Transaction& tx, UserId user);

  /// Takes what these orders bought out of their users' carts, and leaves what goes beyond it.
  static void queue_bought(database::Transaction& tx, std::span<const Order> orders);

  /// Forgets carts that nobody has touched since then; gives back how many, at most a few thousand.
  Task<std::size_t> forget(database::Scope scope, Time untouched_since);

 private:
  database::Database& database_;
};

}  // namespace souk::order
