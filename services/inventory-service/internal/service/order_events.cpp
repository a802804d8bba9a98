#include "internal/service/order_events.hpp"

#include <chrono>
#include <utility>

#include "order/events.pb.h"

namespace souk::inventory {
namespace {

using database::Transaction;

/// The transaction has its own deadline; this one only has to be later.
constexpr std::chrono::minutes kTimeLimit{1};

template <class E>
std::vector<Command> commands_of(const std::vector<messaging::Received<E>>& events, Action action) {
  std::vector<Command> commands;
  for (const auto& received : events) {
    commands.push_back({.action = action, .order = OrderId::from(received.event.order().id())});
  }
  return commands;
}

}  // namespace

OrderEvents::OrderEvents(messaging::Consumer& consumer, Warehouse& warehouse, Random& random)
    : warehouse_(warehouse), random_(random) {
  using Confirmed = std::vector<messaging::Received<order::v1::OrderConfirmed>>;
  using Cancelled = std::vector<messaging::Received<order::v1::OrderCancelled>>;
  consumer.on_batch<order::v1::OrderConfirmed>([this](Transaction& tx, const Confirmed& events) {
    return apply(tx, commands_of(events, Action::claim), events.front().info);
  });
  consumer.on_batch<order::v1::OrderCancelled>([this](Transaction& tx, const Cancelled& events) {
    return apply(tx, commands_of(events, Action::cancel), events.front().info);
  });
}

Task<> OrderEvents::apply(Transaction& tx, std::vector<Command> commands,
                          messaging::EventInfo first) {
  auto call = rpc::Call::background("inventory-service", kTimeLimit, random_, first.tenant);
  call.trace = first.trace;
  for (const auto& answer : co_await warehouse_.apply(tx, call, commands)) {
    if (!answer) throw Error{answer.error()};
  }
}

}  // namespace souk::inventory
