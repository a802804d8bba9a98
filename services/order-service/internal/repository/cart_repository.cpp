#include "internal/repository/cart_repository.hpp"

namespace souk::order {
namespace {

using database::Query;
using database::Transaction;

constexpr Query kLoadCart{"cart.load", R"(
  SELECT c.updated_at, i.sku, i.quantity
  FROM carts c LEFT JOIN cart_items i USING (user_id)
  WHERE c.user_id = $1 ORDER BY i.added)"};
constexpr Query kTouchCart{"cart.touch", R"(
  INSERT INTO carts (user_id, updated_at) VALUES ($1, $2)
  ON CONFLICT ON CONSTRAINT carts_pk DO UPDATE SET updated_at = excluded.updated_at)"};
constexpr Query kPutItems{"cart.put", R"(
  INSERT INTO cart_items AS i (user_id, sku, added, quantity)
  SELECT $1, sku, added, quantity
  FROM unnest($2::text[], $3::uuid[], $4::bigint[]) AS n(sku, added, quantity)
  ORDER BY sku
  ON CONFLICT ON CONSTRAINT cart_items_pk
  DO UPDATE SET quantity = excluded.quantity WHERE NOT $5 OR i.quantity < excluded.quantity)"};
constexpr Query kRemoveItem{"cart.remove",
                            "DELETE FROM cart_items WHERE user_id = $1 AND sku = $2"};
// One look at the index for each line bought, which is all that a shopper without a cart pays for it.
constexpr Query kBought{"cart.bought", R"(
  WITH bought AS (
    SELECT user_id, sku, sum(quantity) AS quantity
    FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS b(user_id, sku, quantity)
    GROUP BY user_id, sku
  ), emptied AS (
    DELETE FROM cart_items i USING bought b
    WHERE i.user_id = b.user_id AND i.sku = b.sku AND i.quantity <= b.quantity)
  UPDATE cart_items i SET quantity = i.quantity - b.quantity
  FROM bought b
  WHERE i.user_id = b.user_id AND i.sku = b.sku AND i.quantity > b.quantity)"};
constexpr Query kForgetCarts{"cart.forget", R"(
  DELETE FROM carts
  WHERE user_id = ANY (ARRAY(SELECT user_id FROM carts WHERE updated_at < $1 LIMIT 5000)))"};

Cart to_cart(const database::Rows& rows) {
  Cart cart;
  for (const auto& row : rows) {
    cart.updated_at = row.get<Time>("updated_at");
    if (row.is_null("sku")) continue;
    cart.lines.push_back({.sku = row.get<std::string>("sku"),
                          .quantity = row.get<std::int64_t>("quantity"),
                          .position = cart.lines.size()});
  }
  return cart;
}

}  // namespace

Task<Cart> CartRepository::find(database::Scope scope, UserId user) {
  co_return to_cart(co_await database_.query(scope, kLoadCart, user));
}

void CartRepository::queue_touch(Transaction& tx, UserId user, Time now) {
  tx.queue(kTouchCart, user, now);
}

void CartRepository::queue_put(Transaction& tx, UserId user, std::span<const CartLine> lines,
                               std::span<const Uuid> added, bool grow_only) {
  std::vector<std::string> skus;
  std::vector<std::int64_t> quantities;
  for (const auto& line : lines) {
    skus.push_back(line.sku);
    quantities.push_back(line.quantity);
  }
  tx.queue(kPutItems, user, skus, std::vector<Uuid>{added.begin(), added.end()}, quantities,
           grow_only);
}

void CartRepository::queue_remove(Transaction& tx, UserId user, const std::string& sku) {
  tx.queue(kRemoveItem, user, sku);
}

Task<Cart> CartRepository::load(Transaction& tx, UserId user) {
  co_return to_cart(co_await tx.query(kLoadCart, user));
}

void CartRepository::queue_bought(Transaction& tx, std::span<const Order> orders) {
  std::vector<UserId> users;
  std::vector<std::string> skus;
  std::vector<std::int64_t> quantities;
  for (const auto& order : orders) {
    for (const auto& item : order.items) {
      users.push_back(order.user);
      skus.push_back(item.sku);
      quantities.push_back(item.quantity);
    }
  }
  if (!users.empty()) tx.queue(kBought, users, skus, quantities);
}

Task<std::size_t> CartRepository::forget(database::Scope scope, Time untouched_since) {
  co_return (co_await database_.query(scope, kForgetCarts, untouched_since)).affected();
}

}  // namespace souk::order
