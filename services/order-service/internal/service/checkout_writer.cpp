#include "internal/service/checkout_writer.hpp"

#include "internal/clients/messages.hpp"
#include "internal/repository/cart_repository.hpp"

namespace souk::order {
namespace {

using database::Transaction;
using Steady = std::chrono::steady_clock;

/// What a batch may take. It belongs to many callers, so it has a time of its own.
constexpr std::chrono::seconds kBatchTime{5};

/// While one batch waits for the disk the next one is worked out.
constexpr database::BatcherLimits kBatches{
    .max_batch = 64, .max_in_flight = 1, .max_waiting = 4096};

CheckoutStep step_after(const Appended& outcome) {
  return outcome.order.status == Status::confirmed ? CheckoutStep::done : CheckoutStep::releasing;
}

}  // namespace

CheckoutWriter::CheckoutWriter(boost::asio::any_io_executor loop, database::Database& database,
                               messaging::Outbox& outbox, OrderLinks links, Limits limits)
    : database_(database),
      outbox_(outbox),
      links_(std::move(links)),
      limits_(limits),
      placements_(
          loop,
          [this](TenantId tenant, std::vector<Placement> batch) {
            return place_all(tenant, std::move(batch));
          },
          kBatches),
      settlements_(
          loop,
          [this](TenantId tenant, std::vector<Settlement> batch) {
            return settle_all(tenant, std::move(batch));
          },
          kBatches) {}

Task<bool> CheckoutWriter::place(const rpc::Call& call, NewCheckout checkout, Order order,
                                 Event placed) {
  co_return co_await placements_.submit(
      call.identity.tenant,
      {std::move(checkout), std::move(order), {std::move(placed)}, call.trace}, call.deadline);
}

Task<bool> CheckoutWriter::settle(const rpc::Call& call, Appended outcome) {
  // However little time the caller has left: what is known about money is written down.
  co_return co_await settlements_.submit(call.identity.tenant, {std::move(outcome), call},
                                         Steady::now() + kBatchTime);
}

Task<std::vector<bool>> CheckoutWriter::place_all(TenantId tenant,
                                                  std::vector<Placement> placements) {
  std::vector<NewCheckout> checkouts;
  for (const auto& placement : placements) checkouts.push_back(placement.checkout);
  const database::Scope scope{tenant, Steady::now() + kBatchTime,
                              trace_of_batch(placements, &Placement::trace)};
  const auto claimed =
      co_await database_.transact(scope, [&](Transaction& tx) -> Task<std::set<OrderId>> {
        auto ids = co_await CheckoutRepository::claim(tx, checkouts, limits_.lease,
                                                      limits_.open_per_account);
        std::vector<Order> orders;
        std::vector<std::vector<Event>> streams;
        for (const auto& placement : placements) {
          if (!ids.contains(placement.order.id)) continue;
          orders.push_back(placement.order);
          streams.push_back(placement.stream);
        }
        if (!orders.empty()) OrderRepository::queue_insert(tx, orders, streams);
        co_return ids;
      });
  std::vector<bool> placed;
  for (const auto& placement : placements) placed.push_back(claimed.contains(placement.order.id));
  co_return placed;
}

Task<std::vector<bool>> CheckoutWriter::settle_all(TenantId tenant,
                                                   std::vector<Settlement> settlements) {
  std::vector<Appended> outcomes;
  for (const auto& settlement : settlements) outcomes.push_back(settlement.outcome);
  const database::Scope scope{
      tenant, Steady::now() + kBatchTime,
      trace_of_batch(settlements, [](const Settlement& each) { return each.call.trace; })};
  const auto settled =
      co_await database_.transact(scope, [&](Transaction& tx) -> Task<std::set<OrderId>> {
        auto ids = co_await OrderRepository::append(tx, outcomes);
        std::vector<OrderId> orders;
        std::vector<CheckoutStep> steps;
        std::vector<Order> bought;
        std::vector<messaging::Outgoing> news;
        for (const auto& settlement : settlements) {
          if (!ids.contains(settlement.outcome.order.id)) continue;
          orders.push_back(settlement.outcome.order.id);
          steps.push_back(step_after(settlement.outcome));
          if (steps.back() == CheckoutStep::done) bought.push_back(settlement.outcome.order);
          news.push_back(news_of(settlement));
        }
        outbox_.publish(tx, std::move(news));
        CartRepository::queue_bought(tx, bought);
        CheckoutRepository::queue_step(tx, orders, steps);
        co_return ids;
      });
  std::vector<bool> done;
  for (const auto& settlement : settlements)
    done.push_back(settled.contains(settlement.outcome.order.id));
  co_return done;
}

messaging::Outgoing CheckoutWriter::news_of(const Settlement& settlement) const {
  const auto& order = settlement.outcome.order;
  if (order.status == Status::confirmed) {
    v1::OrderConfirmed event;
    *event.mutable_order() = to_message(order);
    set_customer(order, *event.mutable_customer());
    event.set_link_token(links_.token(settlement.call.identity.tenant, order.id));
    return {settlement.call, order.id.str(), event};
  }
  v1::OrderPaymentFailed event;
  *event.mutable_order() = to_message(order);
  set_customer(order, *event.mutable_customer());
  event.set_decline_code(order.payment->decline_code);
  return {settlement.call, order.id.str(), event};
}

}  // namespace souk::order
