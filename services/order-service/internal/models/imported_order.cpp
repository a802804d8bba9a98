#include "internal/models/imported_order.hpp"

#include <algorithm>

#include "internal/models/decisions.hpp"
#include "internal/models/order_id.hpp"
#include "internal/models/order_number.hpp"

namespace souk::order {
namespace {

Totals totals_of(const ImportedOrder& imported) {
  auto totals = add_up(imported.items);
  totals.shipping = Money{imported.shipping_minor, totals.total.currency()};
  totals.total = totals.total + totals.shipping;
  return totals;
}

class Life {
 public:
  Life(OrderId id, TenantId tenant, Event placed)
      : tenant_(tenant), history_{fold(id, {&placed, 1}), {placed}, {}} {}

  const Order& order() const { return history_.order; }

  void happen(Event event) {
    apply(history_.order, event);
    history_.stream.push_back(std::move(event));
  }

  void give_back(RefundId id, std::optional<Money> amount, Time at) {
    auto requested = request_refund(order(), {id, amount, "imported", std::nullopt}, at);
    const auto moved = std::get<RefundRequested>(requested.data).amount;
    happen(std::move(requested));
    happen(complete_refund(order(), id, moved, at));
    history_.refunds.push_back(
        {id, order().id, tenant_, moved, "imported", RefundStatus::succeeded, at});
  }

  /// Books are not always in order; a stream's times are.
  Time not_before_last(Time time) const { return std::max(time, order().updated_at); }

  History take() { return std::move(history_); }

 private:
  TenantId tenant_;
  History history_;
};

}  // namespace

History live_through(const ImportedOrder& imported, TenantId tenant, std::string payment_id,
                     IdGenerator& ids, Random& random) {
  const auto at = imported.placed_at;
  Life life{order_id_at(at, random), tenant,
            place({.user = imported.user,
                   .number = make_order_number(at, random),
                   .items = imported.items,
                   .totals = totals_of(imported),
                   .shipping_address = imported.shipping_address,
                   .external_id = imported.external_id},
                  at)};
  life.happen(confirm(life.order(), {std::move(payment_id), kImportedProvider}, at));
  if (imported.cancelled_at) {
    life.happen(cancel(life.order(), {"imported", std::nullopt},
                       life.not_before_last(*imported.cancelled_at)));
  } else {
    life.happen(fulfil(life.order(), {}, at));
    life.happen(deliver(life.order(), {}, at));
  }
  auto refunds = imported.refunds;
  std::ranges::sort(refunds, {}, &ImportedOrder::GivenBack::at);
  for (const auto& refund : refunds) {
    life.give_back(RefundId{ids.next()}, refund.amount, life.not_before_last(refund.at));
  }
  if (imported.cancelled_at && !refundable(life.order()).is_zero()) {
    life.give_back(RefundId{ids.next()}, std::nullopt, life.order().updated_at);
  }
  return life.take();
}

}  // namespace souk::order
