#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/money.hpp"
#include "database/database.hpp"
#include "runtime/call.hpp"
#include "tests/simulation/store.hpp"
#include "tests/simulation/world.hpp"

/// The services as they know each other here, and what the judge wants to know of their books. Each
/// stands in its own folder, for nobody else sees a service's inside.
namespace souk::simulation {

using Lines = std::map<std::string, std::int64_t>;

/// What runs in a process of a service.
class Node {
 public:
  Node(Process& its_process, Store& its_store)
      : process(its_process),
        store(its_store),
        database(its_process.executor(), {.url = address_of(its_store)}) {}
  virtual ~Node() = default;

  /// Applies an event that came, once.
  Task<> receive(Envelope event);

 protected:
  /// Carries the store's events away while this process holds the relay's lock.
  Task<> relay();
  virtual Task<> apply(database::Transaction& tx, const Envelope& event) = 0;

  Process& process;
  Store& store;
  database::Database database;

 private:
  Task<bool> carry_all();
};

/// The node that runs in a process.
template <class N>
N& node_of(Process& process) {
  return *static_cast<N*>(static_cast<Node*>(process.module.get()));
}

// --- inventory-service

class InventoryNode : public Node {
 public:
  using Node::Node;
  /// The SKUs that are missing; none: reserved.
  virtual Task<std::vector<std::string>> reserve(rpc::Call call, OrderId order, Lines lines) = 0;
  virtual Task<bool> release(rpc::Call call, OrderId order) = 0;
};

struct HoldFact {
  OrderId order;
  std::string state;
  Lines lines;
};

class InventoryBooks : public Store {
 public:
  using Store::Store;
  struct Count {
    std::int64_t on_hand = 0;
    std::int64_t reserved = 0;
    std::int64_t ledger = 0;  ///< the sum of the movements
  };
  virtual void stock_up(const Lines& stock) = 0;
  virtual std::map<std::string, Count> counts() const = 0;
  virtual std::vector<HoldFact> holds() const = 0;
};

// --- payment-service

struct ChargeWish {
  OrderId order;
  UserId user;
  Money amount;
  std::string card;
};

struct PaymentAnswer {
  std::string status;
  std::string id;
  std::string decline_code;
  bool waiting = false;  ///< for its customer
};

class PaymentNode : public Node {
 public:
  using Node::Node;
  virtual Task<PaymentAnswer> charge(rpc::Call call, ChargeWish wish) = 0;
  virtual Task<PaymentAnswer> get(rpc::Call call, OrderId order) = 0;
  virtual Task<PaymentAnswer> look_now(rpc::Call call, OrderId order) = 0;
  virtual Task<PaymentAnswer> abandon(rpc::Call call, OrderId order) = 0;
  virtual Task<PaymentAnswer> void_payment(rpc::Call call, OrderId order) = 0;
  /// Whether the money has moved.
  virtual Task<bool> refund(rpc::Call call, Uuid refund, OrderId order, Money amount) = 0;
};

struct PaymentFact {
  OrderId order;
  std::string status;
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
  std::int64_t refunding = 0;
};

class PaymentBooks : public Store {
 public:
  using Store::Store;
  virtual std::vector<PaymentFact> payments() const = 0;
};

// --- order-service

struct Purchase {
  UserId user;
  std::string key;
  Lines lines;
  std::string card;
};

class OrderNode : public Node {
 public:
  using Node::Node;
  /// The order and its status, or "waiting" for its customer; throws what POST /orders is refused
  /// with.
  virtual Task<std::pair<OrderId, std::string>> buy(rpc::Call call, Purchase purchase) = 0;
  /// The customer is back from the provider.
  virtual Task<bool> come_back(rpc::Call call, OrderId order) = 0;
  virtual Task<bool> cancel(rpc::Call call, OrderId order) = 0;
  /// As an administrator.
  virtual Task<bool> refund(rpc::Call call, OrderId order, Money amount) = 0;
};

struct OrderFact {
  OrderId id;
  UserId user;
  std::string key;     ///< while its checkout is remembered
  std::string status;  ///< given_up: cancelled for a lack of stock, before anything was paid
  Lines lines;
  std::int64_t total = 0;
  std::int64_t refunded = 0;
};

class OrderBooks : public Store {
 public:
  using Store::Store;
  /// Folds every stream: one that breaks the transition table throws.
  virtual std::vector<OrderFact> orders() const = 0;
  /// Checkouts and refunds that are not done.
  virtual std::size_t open() const = 0;
};

/// Bugs of the world around the code; those of the code are failpoint::kBugs.
struct PlantedFaults {
  bool holds_expire = false;         ///< a clock of inventory's releases holds
  bool timeout_is_declined = false;  ///< order-service takes a silent payment-service for a no
  bool abandon_unasked = false;      ///< order-service gives an order up and asks nobody
  bool refusal_forgotten = false;    ///< inventory may tell an order first no, then yes
  bool lease_ignored = false;        ///< every replica drives every open checkout
  bool fence_ignored = false;        ///< a driver that lost its checkout may still reject it
};

}  // namespace souk::simulation

namespace souk::inventory {
std::unique_ptr<simulation::InventoryBooks> simulated_books(
    simulation::World& world, const simulation::PlantedFaults& planted);
std::shared_ptr<simulation::Node> simulated_node(simulation::Process& process,
                                                 simulation::InventoryBooks& books);
}  // namespace souk::inventory

namespace souk::payment {
std::unique_ptr<simulation::PaymentBooks> simulated_books(simulation::World& world);
std::shared_ptr<simulation::Node> simulated_node(simulation::Process& process,
                                                 simulation::PaymentBooks& books);
}  // namespace souk::payment

namespace souk::order {
std::unique_ptr<simulation::OrderBooks> simulated_books(simulation::World& world,
                                                        const simulation::PlantedFaults& planted);
std::shared_ptr<simulation::Node> simulated_node(simulation::Process& process,
                                                 simulation::OrderBooks& books);
}  // namespace souk::order
