#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "database/database.hpp"
#include "internal/repository/order_rows.hpp"

namespace souk::order {

/// Which orders a list shows; rejected checkouts, and those that may still be, are in none.
struct OrderFilter {
  std::optional<UserId> user;     ///< only theirs
  std::optional<Status> status;   ///< only those
  std::optional<OrderId> before;  ///< only older ones: the last of the page before
  int limit = 0;
  std::string query = {};                ///< begins a number, is an id, or part of the name
  std::optional<Time> placed_from = {};  ///< only those placed then or later
  std::optional<Time> placed_before = {};
  std::vector<UserId> users = {};  ///< only those of any of them; empty: of everybody
};

/// Orders: the streams and their projections. SQL only. Owned by the module, on its loop; whatever
/// takes a Transaction is part of the caller's.
class OrderRepository {
 public:
  /// Outlives the repository.
  explicit OrderRepository(database::Database& database) : database_(database) {}

  static std::vector<database::ConstraintRule> constraints();

  /// Writes orders that are new, each with its whole stream: projection, lines, events. Gives back
  /// the ids that were written: an `external_id` that is there already is passed over.
  static Task<std::set<OrderId>> insert(database::Transaction& tx, std::span<const Order> orders,
                                        std::span<const std::vector<Event>> streams);

  /// The same for orders without external ids, sent with the caller's next statement.
  static void queue_insert(database::Transaction& tx, std::span<const Order> orders,
                           std::span<const std::vector<Event>> streams);

  /// The projections alone, for a rebuild.
  static void queue_projections(database::Transaction& tx, std::span<const Order> orders);

  /// Appends one event to each of several orders, with its projection, where the stream ends just
  /// before that event. Gives back the orders for which it did; the others have moved on meanwhile.
  static Task<std::set<OrderId>> append(database::Transaction& tx,
                                        std::span<const Appended> appended);

  /// Locks the order until the transaction ends, and folds its stream. Empty for no such order.
  static Task<std::optional<Order>> load_for_update(database::Transaction& tx, OrderId id);

  /// The whole stream, of an order that the transaction has locked.
  static Task<std::vector<Event>> stream(database::Transaction& tx, OrderId id);

  /// The order as it was at a version (its last one by default), folded from its stream.
  Task<std::optional<Order>> load(database::Scope scope, OrderId id, int version = kLatest);

  /// From the projections; what clients may see.
  Task<std::optional<Order>> find(database::Scope scope, OrderId id);
  Task<std::vector<Order>> list(database::Scope scope, OrderFilter filter);
  Task<std::vector<Order>> find_imported(database::Scope scope,
                                         const std::vector<std::string>& external_ids);

  /// The whole stream, for the timeline.
  Task<std::vector<Event>> events(database::Scope scope, OrderId id);

 private:
  static constexpr int kLatest = 1'000'000'000;

  database::Database& database_;
};

}  // namespace souk::order
