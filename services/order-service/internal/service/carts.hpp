#pragma once

#include <string>
#include <vector>

#include "internal/clients/product_client.hpp"
#include "internal/repository/cart_repository.hpp"
#include "runtime/call.hpp"

namespace souk::order {

/// The caller's cart, at the prices of this moment: a cart holds no price. What cannot be ordered any more
/// stays in it, and says why. Owned by the module, on its loop.
class Carts {
 public:
  /// All of them outlive the use case.
  struct Parts {
    database::Database& database;
    Products& products;
    IdGenerator& ids;
    const Clock& clock;
  };

  explicit Carts(Parts parts) : parts_(parts), repository_(parts.database) {}

  Task<ShownCart> get(const rpc::Call& call);

  /// So many of the SKU, whatever there were before. Throws Error{validation_failed} on `sku` for what
  /// cannot be ordered, and Error{conflict, "cart_full"}.
  Task<ShownCart> put(const rpc::Call& call, CartLine line);

  /// Absent or not before, it is absent now.
  Task<ShownCart> remove(const rpc::Call& call, std::string sku);

  /// Adds what a browser had: of each SKU the larger quantity stays, so that merging twice is merging
  /// once. What cannot be ordered comes along, and says so. Throws Error{conflict, "cart_full"}, with
  /// nothing merged.
  Task<ShownCart> merge(const rpc::Call& call, std::vector<CartLine> lines);

  /// Forgets carts that nobody comes back to, of every tenant.
  Task<> forget_old();

 private:
  Task<ShownCart> priced(const rpc::Call& call, Cart cart);
  Task<Cart> put_all(const rpc::Call& call, std::vector<CartLine> lines, bool grow_only);

  Parts parts_;
  CartRepository repository_;
};

}  // namespace souk::order
