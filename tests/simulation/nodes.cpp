#include "tests/simulation/nodes.hpp"

#include <set>

#include "tests/simulation/network.hpp"

namespace souk::simulation {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeliveryTime = 5s;
/// Between two looks at the outbox, and of others at whether its relay still lives.
constexpr auto kPoll = 200ms;
constexpr auto kLockPoll = 1s;

database::Scope soon() { return {kDefaultTenant, kernel::now() + 3s}; }

/// What an event cannot be blamed for.
bool passes(const Error& error) {
  return error.kind == Kind::unavailable || error.kind == Kind::deadline_exceeded;
}

}  // namespace

Task<> Node::receive(Envelope event) {
  const database::Scope scope{kDefaultTenant, kernel::now() + kDeliveryTime};
  try {
    co_await database.transact(scope, [&](database::Transaction& tx) -> Task<> {
      if (store.inbox.find(event.id) != nullptr) co_return;
      store.inbox.put(event.id, true);
      co_await apply(tx, event);
    });
  } catch (const Error& error) {
    if (!passes(error))
      process.world.violated(
          fmt::format("dead letter {} of {}: {}", event.topic, event.aggregate, error.code));
    throw;
  }
}

Task<> Node::relay() {
  for (;;) {
    if (process.world.find(store.relay) == nullptr) store.relay = process.number;
    if (store.relay != process.number) {
      co_await pause(kLockPoll);
    } else if (store.outbox.size() == 0 || !co_await carry_all()) {
      co_await pause(kPoll);
    }
  }
}

/// Every event once, each aggregate's in order; what was not accepted holds back its own. False
/// where nothing could be carried.
Task<bool> Node::carry_all() {
  bool carried = false;
  std::set<std::string> stuck;
  const auto read = [&] {
    return std::vector<std::pair<std::uint64_t, Envelope>>{store.outbox.begin(),
                                                           store.outbox.end()};
  };
  try {
    for (const auto& [number, event] : co_await statement(database, soon(), read)) {
      if (stuck.contains(event.subscriber + event.aggregate)) continue;
      const auto accepted =
          co_await ask<bool>(event.subscriber, event.topic + " of " + event.aggregate,
                             kernel::now() + kDeliveryTime, [event](Process& to) -> Task<bool> {
                               return [](Process& server, Envelope what) -> Task<bool> {
                                 co_await node_of<Node>(server).receive(std::move(what));
                                 co_return true;
                               }(to, event);
                             });
      if (!accepted) {
        stuck.insert(event.subscriber + event.aggregate);
        continue;
      }
      carried = true;
      co_await statement(database, soon(), [&] { store.outbox.erase(number); });
    }
  } catch (const Error&) {
    // Tried again at the next look.
  }
  co_return carried;
}

}  // namespace souk::simulation
