#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "case.hpp"

namespace souk::chaos {
namespace {

bool is_new(const Call& call) { return call.what == "buy" || call.what == "refund"; }

/// The first call of an intent that was told to have succeeded; null where none was.
const Call* success(const std::vector<const Call*>& calls) {
  const auto found = std::ranges::find(calls, Outcome::ok, &Call::outcome);
  return found == calls.end() ? nullptr : *found;
}

void same_reply(const std::vector<const Call*>& calls, const Call& first, Findings& findings) {
  for (const auto* call : calls) {
    if (call->outcome != Outcome::ok) continue;
    findings.expect(
        call->told_id == first.told_id && call->told_number == first.told_number &&
            call->told_amount == first.told_amount,
        fmt::format("{} {} key {}: told {} {} over {}, then {} {} over {}", call->who, call->what,
                    call->key, first.told_id, first.told_number, first.told_amount, call->told_id,
                    call->told_number, call->told_amount));
  }
}

/// Orders of the run's own shoppers that no call asked for: two came of one key.
void unasked_orders(const Case& facts, Findings& findings) {
  std::set<std::string_view> shoppers;
  std::set<std::string_view> told;
  for (const auto& call : facts.calls) {
    if (call.what == "register") shoppers.insert(call.told_id);
    if (call.what == "buy" && !call.told_id.empty()) told.insert(call.told_id);
  }
  for (const auto& order : facts.evidence.orders) {
    if (order.status == "rejected" || !shoppers.contains(order.user)) continue;
    findings.expect(told.contains(order.id),
                    fmt::format("order {} ({}) of user {}: nobody was told of it", order.id,
                                order.status, order.user));
  }
}

/// Of an order that lives, only what was asked for goes back. (A cancelled one pays back by itself.)
void unasked_refunds(const Case& facts, Findings& findings) {
  std::set<std::string_view> told;
  for (const auto& call : facts.calls) {
    if (call.what == "refund" && call.outcome == Outcome::ok) told.insert(call.told_id);
  }
  for (const auto& refund : facts.evidence.order_refunds) {
    const auto order = facts.orders.find(refund.owner);
    if (order == facts.orders.end()) continue;
    const auto& status = order->second->status;
    if (status == "cancelled" || status == "payment_failed") continue;
    findings.expect(
        told.contains(refund.id),
        fmt::format("refund {} of order {}: nobody was told of it", refund.id, refund.owner));
  }
}

void survived(const Case& facts, const Call& call, Findings& findings) {
  const auto name = fmt::format("{} {} {}", call.who, call.what, call.key);
  if (call.what == "buy") {
    const auto order = facts.orders.find(call.told_id);
    findings.expect(order != facts.orders.end() && order->second->number == call.told_number &&
                        facts.happened(call.told_id, "confirmed"),
                    fmt::format("{}: order {} was promised and is {}", name, call.told_id,
                                order == facts.orders.end() ? "gone" : order->second->status));
  } else if (call.what == "refund") {
    const bool there = std::ranges::any_of(facts.evidence.order_refunds, [&](const auto& refund) {
      return refund.id == call.told_id && refund.amount == call.told_amount;
    });
    findings.expect(there, fmt::format("{}: refund {} of {} was promised and is gone", name,
                                       call.told_id, call.told_amount));
  } else if (call.what == "register") {
    findings.expect(
        std::ranges::find(facts.evidence.users, call.told_id) != facts.evidence.users.end(),
        fmt::format("{}: account {} is gone", name, call.told_id));
  } else {
    constexpr std::array kEvents{std::pair{"cancel", "cancelled"}, std::pair{"fulfil", "fulfilled"},
                                 std::pair{"deliver", "delivered"}};
    for (const auto& [what, event] : kEvents) {
      if (call.what != what) continue;
      findings.expect(
          facts.happened(call.order, event),
          fmt::format("{}: order {} was told to be {} and is not", name, call.order, event));
    }
  }
}

/// The answers that a client may meet besides success. Anything else is our fault.
bool is_allowed(const Call& call) {
  if (call.status == 0 || call.status == 503) return true;  // nobody there, or not now
  constexpr std::array kCodes{"payment_declined",        "out_of_stock",  "price_changed",
                              "invalid_transition",      "order_changed", "order_in_progress",
                              "idempotency_in_progress", "token_expired"};
  if (call.what == "reuse") return call.status == 422 || call.code == "token_expired";
  if (call.what == "peek") return call.status == 404 || call.code == "token_expired";
  if (std::ranges::find(kCodes, call.code) != kCodes.end()) return true;
  return call.what == "refund" && call.status == 422;  // all of it went back already
}

}  // namespace

void one_effect_per_key(const Case& facts, Findings& findings) {
  std::map<std::string_view, std::string> intent_of;
  for (const auto& [intent, calls] : facts.intents) {
    const auto* first = success(calls);
    if (first == nullptr || !is_new(*first)) continue;
    same_reply(calls, *first, findings);
    const auto [other, fresh] = intent_of.try_emplace(first->told_id, intent);
    findings.expect(
        fresh, fmt::format("{} and {} were both told {}", intent, other->second, first->told_id));
  }
  unasked_orders(facts, findings);
  unasked_refunds(facts, findings);
}

void keys_belong_to_body_and_owner(const Case& facts, Findings& findings) {
  for (const auto& call : facts.calls) {
    if (call.what != "reuse" && call.what != "peek") continue;
    findings.expect(call.outcome != Outcome::ok,
                    fmt::format("{} was answered {} to a {} of order {}", call.who, call.status,
                                call.what, call.order));
  }
}

void acknowledged_survives(const Case& facts, Findings& findings) {
  for (const auto& call : facts.calls) {
    if (call.outcome == Outcome::ok) survived(facts, call, findings);
    if (call.what == "buy" && call.status == 202 && !call.told_id.empty()) {
      const auto order = facts.orders.find(call.told_id);
      findings.expect(
          order != facts.orders.end() && order->second->status != "rejected",
          fmt::format("{}: order {} was told of and has vanished", call.who, call.told_id));
    }
    const bool declined = call.code == "payment_declined" && !call.told_id.empty();
    if (declined && call.what == "buy") {
      findings.expect(
          !facts.happened(call.told_id, "confirmed"),
          fmt::format("{}: order {} was refused and is confirmed", call.who, call.told_id));
    }
  }
}

void every_call_answered(const Case& facts, Findings& findings) {
  for (const auto& [intent, calls] : facts.intents) {
    const bool answered = std::ranges::any_of(
        calls, [](const auto* call) { return call->outcome != Outcome::unknown; });
    findings.expect(answered, fmt::format("{}: {} calls, no answer", intent, calls.size()));
  }
}

void errors_are_honest(const Case& facts, Findings& findings) {
  for (const auto& call : facts.calls) {
    if (call.outcome == Outcome::ok || call.status == 202) continue;
    findings.expect(is_allowed(call), fmt::format("{} {} {} was answered {} {}", call.who,
                                                  call.what, call.key, call.status, call.code));
  }
}

}  // namespace souk::chaos
