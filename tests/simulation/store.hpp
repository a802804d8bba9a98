#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/uuid.hpp"
#include "database/database.hpp"

/// What a service's database is here: tables in memory, which outlive the processes. Transactions
/// are atomic, and one after the other: how they may interleave is what PostgreSQL's own tests show.
namespace souk::simulation {

class World;

/// An event on its way to one subscriber.
struct Envelope {
  EventId id;
  std::string subscriber;
  std::string topic;
  std::string aggregate;
  std::string payload;
};

class Store;

/// The transaction that runs, while it does.
struct OpenTransaction {
  Store& store;
  std::vector<std::function<void()>> undo;
  std::vector<std::function<void()>> on_commit;
};
OpenTransaction& open_transaction();

/// Rows by key; a change belongs to the open transaction, and goes with it.
template <class Key, class Row>
class Table {
 public:
  const Row* find(const Key& key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }
  /// What was there before anything began.
  void seed(const Key& key, Row row) { rows_.insert_or_assign(key, std::move(row)); }
  void put(const Key& key, Row row) {
    remember(key);
    rows_.insert_or_assign(key, std::move(row));
  }
  /// Changes a row that is there.
  template <class Change>
  void change(const Key& key, Change change) {
    auto row = rows_.at(key);
    change(row);
    put(key, std::move(row));
  }
  void erase(const Key& key) {
    remember(key);
    rows_.erase(key);
  }
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }
  std::size_t size() const { return rows_.size(); }

 private:
  void remember(const Key& key) {
    const auto* row = find(key);
    open_transaction().undo.push_back(
        [this, key, old = row ? std::optional<Row>{*row} : std::nullopt] {
          if (old) {
            rows_.insert_or_assign(key, *old);
          } else {
            rows_.erase(key);
          }
        });
  }

  std::map<Key, Row> rows_;
};

/// Of one service.
class Store {
 public:
  explicit Store(World& its_world) : world(its_world) {}
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  World& world;
  Table<std::uint64_t, Envelope> outbox;
  Table<EventId, bool> inbox;
  Table<std::string, std::pair<std::string, std::string>> idempotency;  ///< request, reply
  std::uint64_t events = 0;
  std::uint64_t relay = 0;  ///< the number of the process that holds the relay's lock
};

/// The open transaction's own.
template <class S>
S& store() {
  return static_cast<S&>(open_transaction().store);
}

/// Where a process's Database finds its store: DatabaseOptions::url names the address.
std::string address_of(Store& store);

/// A statement by itself: `action` in a transaction of its own.
template <class F>
Task<std::invoke_result_t<F>> statement(database::Database& database, database::Scope scope,
                                        F action) {
  co_return co_await database.transact(
      scope, [&](database::Transaction&) -> Task<std::invoke_result_t<F>> { co_return action(); });
}

}  // namespace souk::simulation
