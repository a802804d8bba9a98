#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "case.hpp"

namespace souk::chaos {
namespace {

/// The message that an event of an order's stream gives; empty: none.
std::string_view message_of(std::string_view event) {
  if (event == "confirmed") return "order_confirmation";
  if (event == "payment_failed") return "payment_failed";
  if (event == "cancelled") return "order_cancelled";
  if (event == "fulfilled") return "order_shipped";
  if (event == "partially_refunded" || event == "refunded") return "refund";
  if (event == "refund_failed") return "refund_failed";
  return "";
}

using Kinds = std::map<std::string_view, int>;

void check_messages(const Case& facts, const Evidence::Order& order, Findings& findings) {
  Kinds wanted;
  for (const auto* event : Case::of(facts.events, order.id)) {
    if (const auto kind = message_of(event->type); !kind.empty()) ++wanted[kind];
  }
  Kinds written;
  if (const auto found = facts.messages.find(order.number); found != facts.messages.end()) {
    for (const auto* message : found->second) ++written[message->kind];
  }
  for (const auto& kinds : {wanted, written}) {
    for (const auto& [kind, count] : kinds) {
      if (wanted[kind] == written[kind]) continue;
      findings.add(fmt::format("order {} ({}): {} messages {}, {} are due", order.id, order.number,
                               written[kind], kind, wanted[kind]));
      wanted[kind] = written[kind];  // said once
    }
  }
}

/// Receipts name no order: as many as the customer has captured payments.
void check_receipts(const Case& facts, Findings& findings) {
  std::map<std::string_view, std::int64_t> due;
  for (const auto& payment : facts.evidence.payments) {
    const auto order = facts.orders.find(payment.order);
    if (payment.captured > 0 && order != facts.orders.end()) ++due[order->second->user];
  }
  for (const auto& message : facts.evidence.messages) {
    if (message.kind == "payment_success") --due[message.user];
  }
  for (const auto& [user, missing] : due) {
    findings.expect(missing == 0, fmt::format("user {}: {} receipts {}", user, std::abs(missing),
                                              missing > 0 ? "are missing" : "too many"));
  }
}

void check_welcomes(const Case& facts, Findings& findings) {
  std::map<std::string_view, int> welcomes;
  for (const auto& message : facts.evidence.messages) {
    if (message.kind == "welcome") ++welcomes[message.user];
  }
  for (const auto& call : facts.calls) {
    if (call.what != "register" || call.outcome != Outcome::ok) continue;
    findings.expect(welcomes[call.told_id] == 1, fmt::format("user {} was welcomed {} times",
                                                             call.told_id, welcomes[call.told_id]));
  }
}

/// Each message went out as one mail; each confirmed order has one that says so.
void check_mails(const Case& facts, Findings& findings) {
  for (const auto& message : facts.evidence.messages) {
    const auto found = facts.mails.find(message.id);
    const auto mails = found == facts.mails.end() ? 0 : found->second.size();
    findings.expect(message.status == "sent" && mails == 1,
                    fmt::format("message {} ({} {}) is {}, there are {} mails of it", message.id,
                                message.kind, message.number, message.status, mails));
  }
  std::set<std::string_view> written;
  for (const auto& message : facts.evidence.messages) written.insert(message.id);
  std::map<std::string_view, int> subjects;
  for (const auto& mail : facts.evidence.mails) {
    ++subjects[mail.subject];
    findings.expect(
        written.contains(mail.message),
        fmt::format("a mail of message {}, which is nowhere: {}", mail.message, mail.subject));
  }
  for (const auto& order : facts.evidence.orders) {
    const auto subject = "Your order " + order.number;
    const int wanted = facts.happened(order.id, "confirmed") ? 1 : 0;
    const auto found = subjects.find(subject);
    const int count = found == subjects.end() ? 0 : found->second;
    findings.expect(count == wanted, fmt::format("order {} ({}): {} mails that confirm it",
                                                 order.id, order.number, count));
  }
}

}  // namespace

void effects_once(const Case& facts, Findings& findings) {
  for (const auto& order : facts.evidence.orders) check_messages(facts, order, findings);
  check_receipts(facts, findings);
  check_welcomes(facts, findings);
  check_mails(facts, findings);
}

void no_dead_letters(const Case& facts, Findings& findings) {
  for (const auto& letter : facts.evidence.dead_letters) {
    findings.add(fmt::format("{}: event {} ({}): {}", letter.database, letter.event, letter.topic,
                             letter.reason));
  }
}

void backlog_drained(const Case& facts, Findings& findings) {
  for (const auto& left : facts.evidence.leftovers) {
    findings.add(fmt::format("{}: {} events are {}", left.database, left.rows, left.what));
  }
}

}  // namespace souk::chaos
