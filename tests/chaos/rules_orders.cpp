#include <algorithm>

#include <fmt/format.h>

#include "case.hpp"

namespace souk::chaos {
namespace {

/// What may follow what, written down a second time: the judge takes nobody's word. "*" after an event
/// that leaves the status as it is, "?" after one that names it.
struct Step {
  std::string_view from, event, to;
};
constexpr Step kSteps[] = {
    {"", "placed", "pending"},
    {"pending", "rejected", "rejected"},
    {"pending", "confirmed", "confirmed"},
    {"pending", "payment_failed", "payment_failed"},
    {"pending", "cancelled", "cancelled"},
    {"confirmed", "fulfilled", "fulfilled"},
    {"confirmed", "cancelled", "cancelled"},
    {"confirmed", "refund_requested", "*"},
    {"confirmed", "partially_refunded", "partially_refunded"},
    {"confirmed", "refunded", "refunded"},
    {"fulfilled", "delivered", "delivered"},
    {"fulfilled", "refund_requested", "*"},
    {"fulfilled", "partially_refunded", "partially_refunded"},
    {"fulfilled", "refunded", "refunded"},
    {"delivered", "refund_requested", "*"},
    {"delivered", "partially_refunded", "partially_refunded"},
    {"delivered", "refunded", "refunded"},
    {"partially_refunded", "fulfilled", "fulfilled"},
    {"partially_refunded", "delivered", "delivered"},
    {"partially_refunded", "refund_requested", "*"},
    {"partially_refunded", "partially_refunded", "*"},
    {"partially_refunded", "refunded", "refunded"},
    {"cancelled", "refund_requested", "*"},
    {"cancelled", "partially_refunded", "*"},
    {"cancelled", "refunded", "*"},
    {"payment_failed", "refund_requested", "*"},
    {"payment_failed", "partially_refunded", "*"},
    {"payment_failed", "refunded", "*"},
    {"confirmed", "refund_failed", "*"},
    {"fulfilled", "refund_failed", "*"},
    {"delivered", "refund_failed", "*"},
    {"cancelled", "refund_failed", "*"},
    {"payment_failed", "refund_failed", "*"},
    {"partially_refunded", "refund_failed", "?"},
    {"refunded", "refund_failed", "?"},
};

/// The status after the stream; what is wrong with the stream goes to the findings.
std::string_view follow(std::string_view order, std::span<const Evidence::OrderEvent* const> stream,
                        Findings& findings) {
  std::string_view status;
  std::int64_t version = 0;
  for (const auto* event : stream) {
    findings.expect(event->version == version + 1,
                    fmt::format("order {}: version {} follows {}", order, event->version, version));
    version = event->version;
    const auto* step = std::ranges::find_if(kSteps, [&](const Step& candidate) {
      return candidate.from == status && candidate.event == event->type;
    });
    if (step == std::end(kSteps)) {
      findings.add(fmt::format("order {}: {} came while it was {} (version {})", order, event->type,
                               status.empty() ? "not there" : status, event->version));
    } else if (step->to == "?") {
      status = event->to;
    } else if (step->to != "*") {
      status = step->to;
    }
  }
  return status;
}

}  // namespace

void streams_follow_the_table(const Case& facts, Findings& findings) {
  for (const auto& [id, stream] : facts.events) {
    const auto status = follow(id, stream, findings);
    const auto order = facts.orders.find(id);
    if (order == facts.orders.end()) {
      findings.add(fmt::format("order {} has a stream and no projection", id));
      continue;
    }
    findings.expect(
        order->second->status == status && order->second->version == stream.back()->version,
        fmt::format("order {} is {} (version {}), its stream says {} ({})", id,
                    order->second->status, order->second->version, status, stream.back()->version));
  }
  for (const auto& order : facts.evidence.orders) {
    findings.expect(facts.events.contains(order.id),
                    fmt::format("order {} has no stream", order.id));
  }
}

void sagas_ended(const Case& facts, Findings& findings) {
  for (const auto& order : facts.evidence.orders) {
    findings.expect(order.status != "pending", fmt::format("order {} is pending", order.id));
    findings.expect(order.refund_requested == order.refunded,
                    fmt::format("order {}: {} were to go back, {} did", order.id,
                                order.refund_requested, order.refunded));
  }
  for (const auto& checkout : facts.evidence.checkouts) {
    findings.expect(checkout.step == "done",
                    fmt::format("the checkout of order {} is {}", checkout.order, checkout.step));
  }
  for (const auto& payment : facts.evidence.payments) {
    findings.expect(payment.status != "pending" && payment.refunding == 0,
                    fmt::format("payment {} of order {} is {}, {} on their way back", payment.id,
                                payment.order, payment.status, payment.refunding));
  }
  const auto refunds_ended = [&](std::span<const Evidence::Refund> refunds, std::string_view of) {
    for (const auto& refund : refunds) {
      findings.expect(refund.status != "pending",
                      fmt::format("refund {} of {} {} is pending", refund.id, of, refund.owner));
    }
  };
  refunds_ended(facts.evidence.order_refunds, "order");
  refunds_ended(facts.evidence.payment_refunds, "payment");
}

}  // namespace souk::chaos
