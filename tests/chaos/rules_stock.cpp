#include <algorithm>

#include <fmt/format.h>

#include "case.hpp"

namespace souk::chaos {
namespace {

using Quantities = std::map<std::string, std::int64_t>;

std::string shown(const Quantities& quantities) {
  std::string text;
  for (const auto& [sku, quantity] : quantities)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", quantity, sku);
  return text.empty() ? "nothing" : text;
}

Quantities ordered(const Case& facts, std::string_view order) {
  Quantities result;
  for (const auto* line : Case::of(facts.lines, order)) result[line->sku] += line->quantity;
  return result;
}

/// What an order's movements of one kind took out, or brought back.
Quantities moved(const Case& facts, std::string_view order, std::string_view kind) {
  Quantities result;
  for (const auto* movement : Case::of(facts.movements, order)) {
    if (movement->kind == kind) result[movement->sku] += std::abs(movement->delta);
  }
  return result;
}

/// How the hold of an order may have ended.
std::vector<std::string_view> right_ends(const Case& facts, const Evidence::Order& order) {
  if (order.status == "rejected") return {"absent", "refused", "released"};
  if (!facts.happened(order.id, "confirmed")) return {"absent", "released"};
  return {order.status == "cancelled" ? "returned" : "claimed"};
}

void check_hold(const Case& facts, const Evidence::Order& order, Findings& findings) {
  const auto holds = Case::of(facts.holds, order.id);
  const std::string state = holds.empty() ? "absent" : holds.front()->state;
  const auto ends = right_ends(facts, order);
  findings.expect(std::ranges::find(ends, state) != ends.end(),
                  fmt::format("order {} is {}, its hold is {}", order.id, order.status, state));
  if (state == "claimed" || state == "returned") {
    findings.expect(holds.front()->lines == ordered(facts, order.id),
                    fmt::format("order {} is for {}, held are {}", order.id,
                                shown(ordered(facts, order.id)), shown(holds.front()->lines)));
  }
}

}  // namespace

void stock_within_bounds(const Case& facts, Findings& findings) {
  for (const auto& stock : facts.evidence.stock) {
    findings.expect(0 <= stock.reserved && stock.reserved <= stock.on_hand,
                    fmt::format("{}: {} reserved of {}", stock.sku, stock.reserved, stock.on_hand));
  }
}

void stock_is_its_ledger(const Case& facts, Findings& findings) {
  Quantities sums;
  for (const auto& movement : facts.evidence.movements) sums[movement.sku] += movement.delta;
  Quantities reserved;
  for (const auto& hold : facts.evidence.holds) {
    if (hold.state != "active") continue;
    for (const auto& [sku, quantity] : hold.lines) reserved[sku] += quantity;
  }
  for (const auto& stock : facts.evidence.stock) {
    findings.expect(stock.on_hand == sums[stock.sku],
                    fmt::format("{}: {} on hand, its movements add up to {}", stock.sku,
                                stock.on_hand, sums[stock.sku]));
    findings.expect(stock.reserved == reserved[stock.sku],
                    fmt::format("{}: {} reserved, active holds have {}", stock.sku, stock.reserved,
                                reserved[stock.sku]));
  }
}

void holds_ended(const Case& facts, Findings& findings) {
  for (const auto& hold : facts.evidence.holds) {
    findings.expect(hold.state != "active",
                    fmt::format("the hold of order {} has not ended", hold.order));
    findings.expect(
        facts.orders.contains(hold.order),
        fmt::format("there is a hold ({}) for order {}, which is nowhere", hold.state, hold.order));
  }
  for (const auto& order : facts.evidence.orders) check_hold(facts, order, findings);
}

/// Each sold order took its lines out of the stock once, a cancelled one brought them back once, no
/// other took any; and buyers were not told that they got more than there ever was.
void nothing_sold_twice(const Case& facts, Findings& findings) {
  for (const auto& order : facts.evidence.orders) {
    const bool sold = facts.happened(order.id, "confirmed");
    const auto wanted = sold ? ordered(facts, order.id) : Quantities{};
    const auto taken = moved(facts, order.id, "sale");
    findings.expect(taken == wanted, fmt::format("order {} ({}) is for {}, sold were {}", order.id,
                                                 order.status, shown(wanted), shown(taken)));
    const auto back = moved(facts, order.id, "return");
    const auto owed = sold && order.status == "cancelled" ? wanted : Quantities{};
    findings.expect(back == owed, fmt::format("order {} ({}) has to bring back {}, brought {}",
                                              order.id, order.status, shown(owed), shown(back)));
  }
  Quantities stocked;
  Quantities bought;
  for (const auto& call : facts.calls) {
    if (call.what == "stock") stocked[call.sku] += call.quantity;
  }
  for (const auto& [intent, calls] : facts.intents) {
    const auto& call = *calls.front();
    const bool told = std::ranges::find(calls, Outcome::ok, &Call::outcome) != calls.end();
    if (call.what == "buy" && told) bought[call.sku] += call.quantity;
    // Of one that nobody has answered yet it is not known whether the units are back.
    if (call.what == "cancel") stocked[call.sku] += call.quantity;
  }
  for (const auto& [sku, quantity] : bought) {
    findings.expect(
        quantity <= stocked[sku],
        fmt::format("{}: there were {}, buyers were promised {}", sku, stocked[sku], quantity));
  }
}

}  // namespace souk::chaos
