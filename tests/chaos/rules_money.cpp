#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "case.hpp"

namespace souk::chaos {
namespace {

/// What the provider has taken for an order, and given back.
struct Money {
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
};

Money at_provider(const Case& facts, std::string_view order) {
  Money money;
  for (const auto* charge : Case::of(facts.charges, order)) {
    money.captured += charge->captured;
    money.refunded += charge->refunded;
  }
  return money;
}

/// What a customer has to have paid for an order, all refunds taken off.
std::int64_t owed(const Case& facts, const Evidence::Order& order) {
  if (!facts.happened(order.id, "confirmed") || order.status == "cancelled") return 0;
  return order.total - order.refunded;
}

void check_order(const Case& facts, const Evidence::Order& order, Findings& findings) {
  const auto money = at_provider(facts, order.id);
  const auto kept = money.captured - money.refunded;
  findings.expect(kept == owed(facts, order),
                  fmt::format("order {} ({}): the provider keeps {}, {} are due", order.id,
                              order.status, kept, owed(facts, order)));
  Money booked;
  for (const auto* payment : Case::of(facts.payments, order.id)) {
    booked.captured += payment->captured;
    booked.refunded += payment->refunded;
  }
  findings.expect(
      booked.captured == money.captured && booked.refunded == money.refunded,
      fmt::format("order {}: payment-service has {} - {}, the provider {} - {}", order.id,
                  booked.captured, booked.refunded, money.captured, money.refunded));
}

}  // namespace

void money_belongs_to_orders(const Case& facts, Findings& findings) {
  for (const auto& order : facts.evidence.orders) check_order(facts, order, findings);
  std::set<std::string_view> payments;
  for (const auto& payment : facts.evidence.payments) payments.insert(payment.id);
  for (const auto& charge : facts.evidence.charges) {
    if (charge.captured == charge.refunded) continue;
    findings.expect(facts.orders.contains(charge.reference),
                    fmt::format("charge {} took {} for order {}, which is nowhere", charge.id,
                                charge.captured - charge.refunded, charge.reference));
    findings.expect(payments.contains(charge.key),
                    fmt::format("charge {} of order {}: its payment {} is nowhere", charge.id,
                                charge.reference, charge.key));
  }
}

void charged_once(const Case& facts, Findings& findings) {
  for (const auto& [order, charges] : facts.charges) {
    std::string captured;
    int count = 0;
    for (const auto* charge : charges) {
      findings.expect(0 <= charge->refunded && charge->refunded <= charge->captured,
                      fmt::format("charge {} of order {}: {} refunded of {}", charge->id, order,
                                  charge->refunded, charge->captured));
      if (charge->captured == 0) continue;
      ++count;
      captured += " " + charge->id;
    }
    findings.expect(count <= 1,
                    fmt::format("order {} was charged {} times:{}", order, count, captured));
  }
  std::map<std::string_view, std::int64_t> refunds;
  for (const auto& refund : facts.evidence.order_refunds) {
    if (refund.status == "succeeded") refunds[refund.owner] += refund.amount;
  }
  for (const auto& order : facts.evidence.orders) {
    findings.expect(refunds[order.id] == order.refunded && order.refunded <= order.total,
                    fmt::format("order {}: refunds of {} were paid, the order of {} says {}",
                                order.id, refunds[order.id], order.total, order.refunded));
  }
}

void totals_add_up(const Case& facts, Findings& findings) {
  for (const auto& order : facts.evidence.orders) {
    std::int64_t lines = 0;
    for (const auto* line : Case::of(facts.lines, order.id)) {
      lines += line->total;
      findings.expect(line->total == line->unit_price * line->quantity,
                      fmt::format("order {}: {} x {} at {} is not {}", order.id, line->quantity,
                                  line->sku, line->unit_price, line->total));
    }
    findings.expect(order.subtotal == lines &&
                        order.total == lines - order.discount + order.shipping + order.tax,
                    fmt::format("order {}: lines of {} - {} + {} + {} are not {}", order.id, lines,
                                order.discount, order.shipping, order.tax, order.total));
  }
}

void price_shown_is_price_paid(const Case& facts, Findings& findings) {
  for (const auto& call : facts.calls) {
    if (call.what != "buy" || call.outcome != Outcome::ok || call.amount == 0) continue;
    const auto found = facts.orders.find(call.told_id);
    const auto total = found == facts.orders.end() ? call.told_amount : found->second->total;
    findings.expect(call.told_amount == call.amount && total == call.amount,
                    fmt::format("{} was shown {}, told {}; order {} is over {}", call.who,
                                call.amount, call.told_amount, call.told_id, total));
  }
}

}  // namespace souk::chaos
