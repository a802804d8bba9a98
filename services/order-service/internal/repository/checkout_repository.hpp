#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/models/checkout.hpp"

namespace souk::order {

/// A checkout about to begin.
struct NewCheckout {
  Checkout checkout;
  std::string idempotency_key;
  std::string fingerprint;
};

/// Checkouts: the sagas' rows, which are the idempotency keys of POST /orders too. SQL only; the
/// time of leases is the database's own, so that no clock of a replica matters.
class CheckoutRepository {
 public:
  /// Outlives the repository.
  explicit CheckoutRepository(database::Database& database) : database_(database) {}

  /// Claims the keys; gives back the orders whose key was free and whose account has fewer than
  /// `cap` checkouts open (no cap where empty). Theirs is the row until the lease ends.
  static Task<std::set<OrderId>> claim(database::Transaction& tx,
                                       std::span<const NewCheckout> checkouts,
                                       std::chrono::milliseconds lease, std::optional<int> cap);

  /// The payment has its outcome: the tokens go.
  static void queue_step(database::Transaction& tx, std::span<const OrderId> orders,
                         std::span<const CheckoutStep> steps);

  enum class Discarded {
    not_ours,   ///< somebody else drives it now
    forgotten,  ///< nobody was told of it: the row is gone, and its key is free
    kept,       ///< somebody was: it is done, and its key stands for the order that was told
  };
  /// Ends a checkout that found no stock, if this driver owns it still.
  static Task<Discarded> discard(database::Transaction& tx, const Checkout& checkout);

  Task<std::optional<KnownKey>> find_key(database::Scope scope, UserId user,
                                         const std::string& key);

  /// The hold was given back.
  Task<> finish(database::Scope scope, OrderId order);

  /// The driver stops here; anybody may go on after `delay`. Nobody waits for the outcome any more:
  /// the client is told that it is pending. False: it is not, the checkout has ended.
  Task<bool> hand_over(database::Scope scope, const Checkout& checkout,
                       std::chrono::milliseconds delay);
  /// Before a client is told of a pending order. False: its checkout is gone.
  Task<bool> tell(database::Scope scope, OrderId order);

  /// What the customer has to do, or that there is nothing for him to do any more. The first time
  /// `patience` begins: when it is over the checkout is due, and overdue.
  Task<> await_customer(database::Scope scope, OrderId order,
                        const std::optional<WaitingPayment>& waiting,
                        std::chrono::milliseconds patience);
  /// What an order's checkout waits for; empty where it waits for nobody.
  Task<std::optional<WaitingPayment>> waiting(database::Scope scope, OrderId order);
  /// Takes over one open checkout, whoever drives it now, unless its first request still does.
  Task<std::optional<Checkout>> take(database::Scope scope, OrderId order, Uuid owner,
                                     std::chrono::milliseconds lease);

  /// Makes a checkout due now: there is news of its payment.
  static void queue_wake(database::Transaction& tx, OrderId order);

  /// Takes over up to `limit` open checkouts whose lease has ended, of every tenant, but none of
  /// `except` (those this process drives itself). Each that is taken again and again gets a longer
  /// lease.
  Task<std::vector<Checkout>> take_over(database::Scope scope, Uuid owner,
                                        std::vector<OrderId> except,
                                        std::chrono::milliseconds lease, int limit);

  /// Forgets the keys of finished checkouts whose orders are older than `before`; gives back how
  /// many.
  Task<std::size_t> forget(database::Scope scope, OrderId before);

 private:
  database::Database& database_;
};

}  // namespace souk::order
